import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LABEL } from '../../src/domain/container-engine.ts';
import { RunClient } from '../support/run-client.ts';
import { engine, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

const SERVERS = ['polite.mjs', 'ignores-eof.mjs', 'ignores-sigterm.mjs'];

async function session(home: SessionHome, fixture = 'polite.mjs'): Promise<RunClient> {
  await home.addServer(fixture, { recipe: { standby: 'off' } });
  const client = new RunClient({ bin: program.bin, home: home.folder, words: ['fixture'] });
  await client.connect();
  return client;
}

describe('nothing is left of a session', () => {
  for (const fixture of SERVERS) {
    test(`[M8] the client ends its input, ${fixture}: the container goes within seconds, without another command`, async () => {
      await using home = await SessionHome.create();
      await using client = await session(home, fixture);
      const startedAt = performance.now();
      expect(await client.leave()).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(8000);
      expect(await home.containers()).toEqual([]);
      expect(await home.tokens('session')).toEqual([]);
    });

    for (const [signal, exitCode] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
      test(`[M8] ${signal}, ${fixture}: the same, with the signal's exit code`, async () => {
        await using home = await SessionHome.create();
        await using client = await session(home, fixture);
        client.child.kill(signal);
        expect((await client.exited).code).toBe(exitCode);
        expect(await home.containers()).toEqual([]);
      });
    }

    test(`[M8] [F40] SIGKILL, ${fixture}: the next command takes the container away at once`, async () => {
      await using home = await SessionHome.create();
      await using client = await session(home, fixture);
      client.child.kill('SIGKILL');
      await client.exited;
      await home.reap();
      expect(await home.containers()).toEqual([]);
      expect(await home.tokens('session')).toEqual([]);
    });

    test(`[M8] SIGTERM and SIGKILL 0.1 s later, ${fixture}: the next command takes away what is left`, async () => {
      await using home = await SessionHome.create();
      await using client = await session(home, fixture);
      client.child.kill('SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.child.kill('SIGKILL');
      await client.exited;
      await home.reap();
      expect(await home.containers()).toEqual([]);
    });
  }

  test('[M8] SIGKILL while the container is being created', async () => {
    await using home = await SessionHome.create();
    await home.addServer('polite.mjs', { recipe: { standby: 'off' } });
    for (const delay of [45, 60, 80, 110, 150]) {
      await using client = new RunClient({ bin: program.bin, home: home.folder, words: ['fixture'] });
      client.write('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
      await new Promise((resolve) => setTimeout(resolve, delay));
      client.child.kill('SIGKILL');
      await client.exited;
    }
    // A call that was under way when its caller died is still carried out by the engine: the token waits for what comes of it.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await home.reap();
    expect(await home.containers()).toEqual([]);
  });
});

describe('nothing that lives is taken', () => {
  test('[M8] a living session survives any number of reapings', async () => {
    await using home = await SessionHome.create();
    await using client = await session(home);
    for (let round = 0; round < 3; round += 1) await home.reap();
    expect((await client.call('echo', { text: 'alive' })).result.content[0].text).toBe('alive');
  });

  test('[M8] `run/` deleted: a living session goes on, and a young container without a token is left alone', async () => {
    await using home = await SessionHome.create();
    await using client = await session(home);
    await rm(home.run, { recursive: true });
    await home.reap();
    expect((await client.call('echo', { text: 'alive' })).result.content[0].text).toBe('alive');
    expect(await client.leave()).toBe(0);
    expect(await home.containers()).toEqual([]);
  });

  test('[M8] a token of another boot, or of a pid that another process has now, is dead; one of another pid namespace is not', async () => {
    await using home = await SessionHome.create();
    await using client = await session(home);
    const [name = ''] = await home.tokens('session');
    const [key, hash, token, pid, start, boot, namespace] = name.split('.');
    const folder = join(home.run, 'session');
    const as = async (changed: string): Promise<number> => {
      await rename(join(folder, name), join(folder, changed));
      const { orphans } = await home.reap();
      return orphans;
    };
    const elsewhere = [key, hash, token, pid, start, boot, '1'].join('.');
    expect(await as(elsewhere)).toBe(0);
    await rename(join(folder, elsewhere), join(folder, name));
    expect(await as([key, hash, token, String(process.pid), start, boot, namespace].join('.'))).toBe(1);
    expect((await client.exited).code).toBeGreaterThan(0);

    await using other = await session(home);
    const [second = ''] = await home.tokens('session');
    const parts = second.split('.');
    parts[5] = '00000000-0000-0000-0000-000000000000';
    await rename(join(folder, second), join(folder, parts.join('.')));
    expect((await home.reap()).orphans).toBe(1);
    expect(await home.containers()).toEqual([]);
    expect((await other.exited).code).toBeGreaterThan(0);
  });

  test('[M10] containers of another home, and of nobody, are never touched', async () => {
    await using home = await SessionHome.create();
    await using other = await SessionHome.create();
    await using client = await session(other);
    const recipe = await home.addServer('polite.mjs', { name: 'foreign' });
    const { [LABEL.home]: _, [LABEL.token]: __, ...labels } = recipe.body['Labels'] as Record<string, string>;
    const id = await engine.create(`cc-mcp-foreign-${home.id.slice(0, 8)}`, { ...recipe.body, Labels: labels });
    try {
      await home.reap();
      expect(await engine.state(id)).toEqual({ status: 'created' });
      expect((await client.call('echo', { text: 'alive' })).result.content[0].text).toBe('alive');
    } finally {
      await engine.remove(id);
    }
  });

  test('[M8] a record that somebody has broken does not keep its container for good', async () => {
    await using home = await SessionHome.create();
    await using client = await session(home);
    const [name = ''] = await home.tokens('session');
    await writeFile(join(home.run, 'session', name), (await readFile(join(home.run, 'session', name), 'utf8')).slice(0, 40));
    client.child.kill('SIGKILL');
    await client.exited;
    await home.reap();
    expect(await home.containers()).toEqual([]);
  });
});
