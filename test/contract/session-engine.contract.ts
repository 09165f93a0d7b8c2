import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ContainerEngine, ContainerId, SessionEngine } from '../../src/domain/container-engine.ts';
import { type Bench, specOf } from '../support/engine.ts';
import { PROGRAM } from '../support/tiny-programs.ts';
import { ALL, bytesOf, echoed, take } from './streams.ts';

export type SessionBench = Bench<SessionEngine> & { readonly createBody: ContainerEngine['createBody'] };

const STDERR = { stdin: false, stdout: false, stderr: true } as const;

/** What every SessionEngine does: the calls of `run`. `changesCpus`: Podman before 5 cannot, and says so. */
export function sessionEngineContract(name: string, open: () => Promise<SessionBench>, { changesCpus } = { changesCpus: true }): void {
  describe(`${name} as a session engine`, () => {
    const created = (bench: SessionBench, command: readonly string[]): Promise<ContainerId> => {
      const spec = specOf(bench, command);
      return bench.engine.create(spec.name, bench.createBody(spec));
    };
    const started = async (bench: SessionBench, command: readonly string[]): Promise<ContainerId> => {
      const id = await created(bench, command);
      await bench.engine.start(id);
      return id;
    };

    it('answers a ping', async () => {
      await (await open()).engine.ping();
    });

    it('follows a container from its creation to its removal', async () => {
      const bench = await open();
      const id = await created(bench, PROGRAM.exit7);
      expect(await bench.engine.state(id)).toEqual({ status: 'created' });
      await bench.engine.start(id);
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 7, oomKilled: false });
      expect(await bench.engine.state(id)).toMatchObject({ status: 'exited', exitCode: 7 });
      expect((await bench.engine.list(bench.labels)).map((container) => container.id)).toEqual([id]);
      await bench.engine.remove(id);
      expect(await bench.engine.state(id)).toBeUndefined();
    });

    it('is rid of a container when a removal returns, also when another one was faster', async () => {
      const bench = await open();
      const ids = await Promise.all([1, 2, 3].map(() => started(bench, PROGRAM.sleep)));
      const seen = await Promise.all(ids.flatMap((id) => [0, 20, 40].map(async (later) => {
        await new Promise((resolve) => setTimeout(resolve, later));
        await bench.engine.remove(id);
        return (await bench.engine.list(bench.labels)).some((container) => container.id === id);
      })));
      expect(seen).toEqual(seen.map(() => false));
    });

    it('refuses a taken name, a missing image and a container that is gone', async () => {
      const bench = await open();
      const spec = specOf(bench, PROGRAM.echo);
      const id = await bench.engine.create(spec.name, bench.createBody(spec));
      await expect(bench.engine.create(spec.name, bench.createBody(spec))).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(bench.engine.create(bench.name(), { ...bench.createBody(spec), Image: 'localhost/cc-mcp-none:1' })).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
      await bench.engine.remove(id);
      await expect(bench.engine.attach(id, ALL)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(bench.engine.start(id)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.engine.stop(id, 1);
      await bench.engine.kill(id);
      await bench.engine.remove(id);
    });

    it('carries bytes there and back as they are', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      await using attachment = await bench.engine.attach(id, ALL);
      const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      expect((await echoed(attachment, every)).equals(every)).toBe(true);
      const text = Buffer.from('žluťoučký 🐴  \r\n\0\n');
      expect((await echoed(attachment, text)).equals(text)).toBe(true);
    });

    it('carries a line of 5 MiB', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      await using attachment = await bench.engine.attach(id, ALL);
      const line = randomBytes(5 * 1024 ** 2);
      expect((await echoed(attachment, line)).equals(line)).toBe(true);
    });

    it('ends the input of the process with that of the client, and its outputs with the process', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      await using attachment = await bench.engine.attach(id, ALL);
      const outputs = Promise.all([bytesOf(attachment.stdout), bytesOf(attachment.stderr)]);
      attachment.stdin.end('last words');
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 0, oomKilled: false });
      expect((await outputs).map(String)).toEqual(['last words', '']);
    });

    it('leaves the input open when a client of stderr alone comes and goes', async () => {
      const bench = await open();
      const id = await created(bench, PROGRAM.echo);
      {
        await using watcher = await bench.engine.attach(id, STDERR);
        await bench.engine.start(id);
        watcher.stderr.resume();
        await delay(200);
      }
      await delay(300);
      expect(await bench.engine.state(id)).toMatchObject({ status: 'running' });
      await using attachment = await bench.engine.attach(id, ALL);
      expect(String(await echoed(attachment, Buffer.from('still here')))).toBe('still here');
      attachment.stdin.end();
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 0, oomKilled: false });
    });

    it('ends the input when its client goes without a word', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      const attachment = await bench.engine.attach(id, ALL);
      await echoed(attachment, Buffer.from('x'));
      await attachment[Symbol.asyncDispose]();
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 0, oomKilled: false });
    });

    it('loses nothing to a client that reads late', async () => {
      const bench = await open();
      const id = await created(bench, PROGRAM.flood);
      await using attachment = await bench.engine.attach(id, ALL);
      await bench.engine.start(id);
      await delay(300);
      expect((await bytesOf(attachment.stdout)).length).toBe(3_000_000);
    });

    it('ends the outputs of one that is killed', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      await using attachment = await bench.engine.attach(id, ALL);
      await echoed(attachment, Buffer.from('x'));
      const rest = Promise.all([bytesOf(attachment.stdout), bytesOf(attachment.stderr)]);
      await bench.engine.kill(id);
      await rest;
      attachment.stdin.write('to nobody');
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 137, oomKilled: false });
    });

    it('gives two clients the same output', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.echo);
      await using first = await bench.engine.attach(id, ALL);
      await using second = await bench.engine.attach(id, { stdin: false, stdout: true, stderr: false });
      const seen = take(second.stdout, 5);
      expect(String(await echoed(first, Buffer.from('hello')))).toBe('hello');
      expect(String(await seen)).toBe('hello');
    });

    it('changes CPUs or says that it cannot, and measures', async () => {
      const bench = await open();
      const id = await started(bench, PROGRAM.sleep);
      const change = bench.engine.update(id, { nanoCpus: 5e8 });
      await (changesCpus ? change : expect(change).rejects.toMatchObject({ code: 'UNSUPPORTED' }));
      expect((await bench.engine.usage(id))?.pids).toBeGreaterThan(0);
      await bench.engine.stop(id, 2);
      expect(await bench.engine.wait(id)).toEqual({ exitCode: 143, oomKilled: false });
      expect(await bench.engine.usage(id)).toBeUndefined();
    });
  });
}
