import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { realBench, specOf, TEST_ENGINES } from '../support/engine.ts';
import { inMemoryBench } from '../support/in-memory-bench.ts';
import { containerEngineContract } from './container-engine.contract.ts';
import { ALL, bytesOf } from './streams.ts';

containerEngineContract('the in-memory engine', async () => inMemoryBench());

for (const on of TEST_ENGINES) describe(`DockerMCPManager on ${on.name}`, () => {
  const open = () => realBench(on);

  containerEngineContract('it', open, on);

  it('tells a process that ran out of memory from one that was killed', async () => {
    const { engine, ...bench } = await open();
    const id = await engine.create(specOf(bench, ['node', '-e', 'const held = []; for (;;) held.push(Buffer.alloc(8 << 20, 1));'], { memoryBytes: 64 * 1024 ** 2 }));
    await engine.start(id);
    // The monitor of Podman 4.3 notes it where Podman does not look.
    expect(await engine.wait(id)).toEqual({ exitCode: 137, oomKilled: on.name === 'Docker' ? true : expect.any(Boolean) });
    const other = await engine.create(specOf(bench, ['sleep', '600']));
    await engine.start(other);
    await engine.kill(other);
    expect(await engine.wait(other)).toEqual({ exitCode: 137, oomKilled: false });
  });

  it('puts a process in a sandbox that holds from inside', async () => {
    const { engine, ...bench } = await open();
    const script = 'id; cat /proc/self/status; cat /proc/sys/kernel/core_pattern >/dev/null; ulimit -n; ulimit -c; touch /x 2>&1; cat /proc/1/comm; cat /proc/self/oom_score_adj; ls /sys/class/net';
    const id = await engine.create(specOf(bench, ['sh', '-c', script]));
    await using attachment = await engine.attach(id, ALL);
    const output = bytesOf(attachment.stdout);
    await engine.start(id);
    const text = String(await output);
    expect(text).toMatch(/uid=10001\S* gid=10001\S* groups=10001/);
    expect(text).toMatch(/CapEff:\s+0+$/m);
    expect(text).toMatch(/CapBnd:\s+0+$/m);
    expect(text).toMatch(/NoNewPrivs:\s+1$/m);
    expect(text).toMatch(/^1024\n0$/m);
    expect(text).toMatch(/Read-only file system/);
    expect(text).toMatch(/^(docker-init|podman-init|tini|catatonit)$/m);
    expect(text).toMatch(/^500$/m);
    expect(text.trim().split('\n').at(-1)).toBe('lo');
  });

  it('makes an internal network in which the host has no address', async () => {
    const { engine, ...bench } = await open();
    const name = bench.name();
    const before = Object.keys(networkInterfaces()).length;
    await engine.createNetwork({ name, labels: bench.labels, internal: true });
    const id = await engine.create(specOf(bench, ['sh', '-c', 'cat /proc/net/route; hostname -I'], { network: { kind: 'named', name } }));
    await using attachment = await engine.attach(id, ALL);
    const output = bytesOf(attachment.stdout);
    await engine.start(id);
    const subnet = /(\d+\.\d+\.\d+)\.\d+/.exec(String(await output))?.[1];
    const hosts = Object.values(networkInterfaces()).flat().map((address) => address?.address ?? '');
    expect(subnet).toBeDefined();
    expect(hosts.filter((address) => address.startsWith(`${subnet}.`))).toEqual([]);
    expect(before).toBeGreaterThan(0);
  });

  it('lets a container of an internal network find by name who was there before', async () => {
    const { engine, ...bench } = await open();
    const name = bench.name();
    await engine.createNetwork({ name, labels: bench.labels, internal: true });
    const network = { kind: 'named', name } as const;
    const companion = specOf(bench, ['sleep', '600'], { network });
    await engine.start(await engine.create(companion));
    const id = await engine.create(specOf(bench, ['getent', 'hosts', companion.name], { network }));
    expect((await engine.inspect(id))?.settings.networkMode).toBe(name);
    await using attachment = await engine.attach(id, ALL);
    const output = bytesOf(attachment.stdout);
    await engine.start(id);
    expect(String(await output)).toMatch(/^\d+\.\d+\.\d+\.\d+ /);
  });

  it('stays at its address whatever DOCKER_HOST says', async () => {
    const { engine, ...bench } = await open();
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:9');
    onTestFinished(() => void vi.unstubAllEnvs());
    const id = await engine.create(specOf(bench, ['cat']));
    await engine.start(id);
    expect(await engine.exec(id, ['echo', 'here'])).toEqual({ exitCode: 0, output: 'here' });
  });

  it('only lists a container of somebody else that carries our labels', async () => {
    const { engine, sessions, ...bench } = await open();
    const name = bench.name();
    const foreign = await sessions.create(name, { Image: bench.image, Entrypoint: ['sleep'], Cmd: ['600'], Labels: bench.labels, HostConfig: { NetworkMode: 'none' } });
    await sessions.start(foreign);
    await expect(engine.create(specOf(bench, ['cat'], { name }))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await engine.list(bench.labels)).map(({ id }) => id)).toEqual([foreign]);
    expect(await engine.inspect(foreign)).toMatchObject({ running: true });
  });

  it('follows links when it reads a file, as the container would', async () => {
    const { engine, ...bench } = await open();
    const id = await engine.create(specOf(bench, ['sleep', '600'], { readOnlyRoot: false }));
    const [release, again] = await Promise.all([engine.readFile(id, '/etc/os-release'), engine.readFile(id, '/usr/lib/os-release')]);
    expect(String(Buffer.from(release ?? []))).toBe(String(Buffer.from(again ?? [])));
    expect(release?.length).toBeGreaterThan(0);
    expect(await engine.readFile(id, '/etc')).toBeUndefined();
  });

  it('refuses a mount of a folder that is not there, and does not make it', async () => {
    const { engine, ...bench } = await open();
    const source = `/tmp/${bench.name()}`;
    await expect(engine.create(specOf(bench, ['cat'], { mounts: [{ kind: 'bind', source, target: '/data', readOnly: true }] }))).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    expect(existsSync(source)).toBe(false);
  });

  it('says on stderr that the image does not have the program', async () => {
    const { engine, ...bench } = await open();
    const id = await engine.create(specOf(bench, ['/no/such/program']));
    await using attachment = await engine.attach(id, ALL);
    const complaint = bytesOf(attachment.stderr);
    // The engine's init is what is started, and it does not fail.
    await engine.start(id);
    expect([127, 1]).toContain((await engine.wait(id)).exitCode);
    expect(String(await complaint)).toMatch(/\/no\/such\/program|failed to exec pid1: No such file/);
  });
});
