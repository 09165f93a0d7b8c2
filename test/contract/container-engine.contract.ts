import { describe, expect, it } from 'vitest';
import { type ContainerEngine, type ContainerId, LABEL } from '../../src/domain/container-engine.ts';
import { type Bench, specOf } from '../support/engine.ts';
import { PROGRAM } from '../support/tiny-programs.ts';
import { ALL, bytesOf } from './streams.ts';

/** What every ContainerEngine does. `changesCpus`: Podman before 5 cannot, and says so. */
export function containerEngineContract(name: string, open: () => Promise<Bench<ContainerEngine>>, { changesCpus } = { changesCpus: true }): void {
  describe(`${name} as a container engine`, () => {
    const started = async (bench: Bench<ContainerEngine>, command: readonly string[], changes = {}): Promise<ContainerId> => {
      const id = await bench.engine.create(specOf(bench, command, changes));
      await bench.engine.start(id);
      return id;
    };

    it('says what it is', async () => {
      const { engine } = await open();
      const info = await engine.info();
      expect(info.id).not.toBe('');
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(0);
      expect(info.apiVersion).toMatch(/^1\.\d+$/);
    });

    it('creates a container of the sandbox profile, and says so', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.echo, { nanoCpus: 5e8 }));
      const details = await bench.engine.inspect(id);
      expect(details?.state).toEqual({ status: 'created' });
      expect(details?.settings).toMatchObject({
        user: '10001:10001', readOnlyRoot: true, capDrop: ['ALL'], privileged: false, memoryBytes: 128 * 1024 ** 2, memorySwapBytes: 128 * 1024 ** 2, nanoCpus: 5e8, pids: 64,
        networkMode: 'none', ipcMode: 'private', logDriver: 'none', init: true, healthcheck: ['NONE'], publishedPorts: [], mounts: [],
        tmpfs: { '/tmp': 'rw,size=16m,mode=1777' },
      });
      expect(details?.settings.securityOptions).toContain('no-new-privileges');
    });

    it('inspects by name as by id, and knows what is not there', async () => {
      const bench = await open();
      const spec = specOf(bench, PROGRAM.echo);
      const id = await bench.engine.create(spec);
      expect((await bench.engine.inspect(spec.name))?.id).toBe(id);
      expect(await bench.engine.inspect(bench.name())).toBeUndefined();
    });

    it('sets each label that it is given, also over the ones of the image', async () => {
      const bench = await open();
      const labels = { ...bench.labels, [LABEL.home]: 'h', [LABEL.token]: '', 'org.cc-mcp.base': 'ours' };
      const id = await bench.engine.create(specOf(bench, PROGRAM.echo, { labels }));
      expect((await bench.engine.inspect(id))?.labels).toMatchObject(labels);
    });

    it('refuses a name that is taken with CONFLICT, an image that is not there with IMAGE_MISSING', async () => {
      const bench = await open();
      const spec = specOf(bench, PROGRAM.echo);
      await bench.engine.create(spec);
      await expect(bench.engine.create(spec)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(bench.engine.create(specOf(bench, PROGRAM.echo, { image: `localhost/cc-mcp-none:${bench.name()}` }))).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    });

    it('refuses limits that the engine does not have with INVALID_VALUE', async () => {
      const bench = await open();
      await expect(bench.engine.create(specOf(bench, PROGRAM.echo, { nanoCpus: 1e12 }))).rejects.toMatchObject({ code: 'INVALID_VALUE' });
      await expect(bench.engine.create(specOf(bench, PROGRAM.echo, { memoryBytes: 1024 ** 2 }))).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    });

    it('waits for the exit and tells its code', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.exit7);
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 7, oomKilled: false });
      expect((await bench.engine.inspect(id))?.state).toMatchObject({ status: 'exited', exitCode: 7, oomKilled: false });
    });

    it('waits until it is told not to, and leaves the container alone', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      const reason = new Error('enough');
      const controller = new AbortController();
      const waiting = bench.engine.wait(id, controller.signal);
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      expect((await bench.engine.inspect(id))?.running).toBe(true);
    });

    it('stops one that heeds SIGTERM within its grace, and kills one that does not', async () => {
      const bench = await open();
      const [heeding, stubborn] = await Promise.all([started(bench, PROGRAM.sleep), started(bench, PROGRAM.stubborn)]);
      await bench.engine.stop(heeding, 5);
      expect(await bench.engine.wait(heeding)).toEqual({ exitCode: 143, oomKilled: false });
      await bench.engine.stop(stubborn, 1);
      expect(await bench.engine.wait(stubborn)).toEqual({ exitCode: 137, oomKilled: false });
    });

    it('takes stopped or gone for success of stop, kill and remove', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      await bench.engine.kill(id);
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 137, oomKilled: false });
      await bench.engine.kill(id);
      await bench.engine.stop(id, 1);
      await bench.engine.remove(id);
      expect(await bench.engine.inspect(id)).toBeUndefined();
      await bench.engine.stop(id, 1);
      await bench.engine.kill(id);
      await bench.engine.remove(id);
    });

    it('refuses to start what is gone with CONFLICT', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.echo));
      await bench.engine.remove(id);
      await expect(bench.engine.start(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('removes one that runs', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      await bench.engine.remove(id);
      expect(await bench.engine.inspect(id)).toBeUndefined();
    });

    it('lists by labels, stopped ones too, and touches none of them', async () => {
      const bench = await open();
      const labels = { ...bench.labels, [LABEL.server]: 'a b' };
      const [running, created, other] = [await started(bench, PROGRAM.sleep, { labels }), await bench.engine.create(specOf(bench, PROGRAM.echo, { labels })), await started(bench, PROGRAM.sleep)];
      const ids = async (wanted: Readonly<Record<string, string>>): Promise<string[]> => (await bench.engine.list(wanted)).map(({ id }) => id).sort();
      expect(await ids(labels)).toEqual([running, created].sort());
      expect(await ids({ ...bench.labels, [LABEL.server]: '' })).toEqual([running, created].sort());
      expect(await ids(bench.labels)).toEqual([running, created, other].sort());
      expect(await ids({ ...bench.labels, [LABEL.server]: 'a' })).toEqual([]);
      const summary = (await bench.engine.list(labels)).find(({ id }) => id === running);
      expect(summary).toMatchObject({ running: true, labels });
      expect(Math.abs(Date.now() - (summary?.createdAt ?? 0))).toBeLessThan(60_000);
      expect((await bench.engine.inspect(other))?.running).toBe(true);
    });

    it('gives both outputs of one that was attached before its start', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.words));
      await using attachment = await bench.engine.attach(id, ALL);
      const outputs = Promise.all([bytesOf(attachment.stdout), bytesOf(attachment.stderr)]);
      await bench.engine.start(id);
      expect((await outputs).map(String)).toEqual(['out\n', 'err\n']);
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 3, oomKilled: false });
    });

    it('gives the process its variables', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.variable, { environment: { WORD: 'a=b "c" $HOME' } }));
      await using attachment = await bench.engine.attach(id, ALL);
      const output = bytesOf(attachment.stdout);
      await bench.engine.start(id);
      expect(String(await output)).toBe('a=b "c" $HOME');
    });

    it.each(changesCpus ? [] : ['limits'])('says that it cannot change the CPUs of a running container', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      await expect(bench.engine.update(id, { nanoCpus: 25e7 })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });

    it.each(changesCpus ? ['limits'] : [])('changes the CPUs of a running container', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      await bench.engine.update(id, { nanoCpus: 25e7 });
      expect((await bench.engine.inspect(id))?.settings.nanoCpus).toBe(25e7);
    });

    it('measures one that runs, and nothing of one that does not', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      const usage = await bench.engine.usage(id);
      expect(usage?.memoryBytes).toBeGreaterThan(0);
      expect(usage?.memoryLimitBytes).toBe(128 * 1024 ** 2);
      expect(usage?.cpuNanoseconds).toBeGreaterThan(0);
      expect(usage?.pids).toBeGreaterThan(0);
      await bench.engine.kill(id);
      await bench.engine.wait(id);
      expect(await bench.engine.usage(id)).toBeUndefined();
    });

    it('runs a command inside, and tells its exit code', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.sleep, { readOnlyRoot: false }));
      await bench.engine.writeFiles(id, '/opt', [{ path: 'note', content: Buffer.from('hello') }]);
      await bench.engine.start(id);
      expect(await bench.engine.exec(id, ['sh', '-c', 'cat /opt/note; exit 5'])).toEqual({ exitCode: 5, output: 'hello' });
    });

    it('puts files in before the start, and reads them back byte for byte', async () => {
      const bench = await open();
      const id = await bench.engine.create(specOf(bench, PROGRAM.sleep, { readOnlyRoot: false }));
      const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
      await bench.engine.writeFiles(id, '/opt', [{ path: 'deep/er/file', content }, { path: 'empty', content: new Uint8Array() }]);
      expect(Buffer.from((await bench.engine.readFile(id, '/opt/deep/er/file')) ?? []).equals(content)).toBe(true);
      expect(await bench.engine.readFile(id, '/opt/empty')).toHaveLength(0);
      expect(await bench.engine.readFile(id, '/opt/none')).toBeUndefined();
    });

    it('makes, finds and removes a network', async () => {
      const bench = await open();
      const name = bench.name();
      const spec = { name, labels: bench.labels, internal: true };
      await bench.engine.createNetwork(spec);
      await expect(bench.engine.createNetwork(spec)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.engine.inspectNetwork(name)).toMatchObject({ name, internal: true, labels: bench.labels, gateways: [] });
      expect((await bench.engine.listNetworks(bench.labels)).map((network) => network.name)).toEqual([name]);
      await bench.engine.removeNetwork(name);
      expect(await bench.engine.inspectNetwork(name)).toBeUndefined();
      await bench.engine.removeNetwork(name);
    });

    it('keeps a network that is in use', async () => {
      const bench = await open();
      const name = bench.name();
      await bench.engine.createNetwork({ name, labels: bench.labels, internal: true });
      await started(bench, PROGRAM.sleep, { network: { kind: 'named', name } });
      await expect(bench.engine.removeNetwork(name)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('makes a volume once, and refuses the name of one with other labels', async () => {
      const bench = await open();
      const name = bench.name();
      await bench.engine.createVolume(name, bench.labels);
      await bench.engine.createVolume(name, bench.labels);
      await expect(bench.engine.createVolume(name, { ...bench.labels, [LABEL.home]: 'another' })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(bench.engine.createVolume(name, {})).rejects.toMatchObject({ code: 'CONFLICT' });
      const id = await bench.engine.create(specOf(bench, PROGRAM.sleep, { mounts: [{ kind: 'volume', name, target: '/state', readOnly: false }] }));
      expect((await bench.engine.inspect(id))?.settings.mounts).toEqual([{ type: 'volume', source: name, target: '/state', readOnly: false }]);
      await expect(bench.engine.removeVolume(name)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.engine.remove(id);
      expect(await bench.engine.inspectVolume(name)).toMatchObject({ name, labels: bench.labels });
      expect((await bench.engine.listVolumes(bench.labels)).map((volume) => volume.name)).toEqual([name]);
      await bench.engine.removeVolume(name);
      expect(await bench.engine.inspectVolume(name)).toBeUndefined();
      await bench.engine.removeVolume(name);
    });

    it('does nothing for a caller that has gone already', async () => {
      const bench = await open();
      const reason = new Error('gone');
      const spec = specOf(bench, PROGRAM.echo);
      await expect(bench.engine.create(spec, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await bench.engine.inspect(spec.name)).toBeUndefined();
    });
  });
}
