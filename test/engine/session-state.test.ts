import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, RunClient } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

/** A server that reads its state when it loads, and writes it when asked to. */
async function stateful(home: SessionHome): Promise<() => Promise<RunClient>> {
  const folder = join(home.folder, 'state');
  await mkdir(folder);
  await chmod(folder, 0o777);
  await home.addServer('state.mjs', {
    command: ['node', '/fixtures/state.mjs', '/state/file.txt'],
    mounts: [{ source: folder, target: '/state', readOnly: false }],
    recipe: { standby: 'after-session' },
  });
  return async () => {
    const client = new RunClient({ bin: program.bin, home: home.folder, words: ['fixture'], env: { CC_MCP_REPLACEMENT_DELAY: '100' } });
    await client.connect();
    return client;
  };
}

const write = async (client: RunClient, text: string): Promise<string> => (await client.call('write', { text })).result.content[0].text;
const read = async (client: RunClient): Promise<string> => (await client.call('read')).result.content[0].text;
const standby = (home: SessionHome): Promise<true> =>
  eventually('one settled standby', async () => ((await home.tokens('standby')).length === 1 && (await home.tokens('starting')).length === 0 && (await home.containers()).length === 1) || undefined, 60_000);

test('[M18] what A wrote B sees, also when B connects at once, and when it gets a standby', async () => {
  await using home = await SessionHome.create();
  const connect = await stateful(home);
  const a = await connect();
  await write(a, 'by A');
  expect(await a.leave()).toBe(0);
  const b = await connect();
  expect(await read(b)).toBe('by A');
  await write(b, 'by B');
  expect(await b.leave()).toBe(0);
  await standby(home);
  const c = await connect();
  expect((await home.tokens('standby')).length).toBe(0);
  expect(await read(c)).toBe('by B');
  expect(await c.leave()).toBe(0);
});

test('[M18] nothing is loaded while a session lives: only the last of several to end leaves a standby', async () => {
  await using home = await SessionHome.create();
  const connect = await stateful(home);
  const [a, b] = [await connect(), await connect()];
  await write(a, 'first');
  expect(await a.leave()).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await home.tokens('standby')).toEqual([]);
  await write(b, 'second');
  expect(await b.leave()).toBe(0);
  await standby(home);
  const c = await connect();
  expect(await read(c)).toBe('second');
  await c.leave();
});

test('[M18] a session that comes and goes while a standby loads makes that standby worthless', async () => {
  await using home = await SessionHome.create();
  const connect = await stateful(home);
  for (let round = 0; round < 5; round += 1) {
    const client = await connect();
    await write(client, `round ${round}`);
    expect(await client.leave()).toBe(0);
    // At once, while the keeper of the one before is at work.
    const next = await connect();
    expect(await read(next)).toBe(`round ${round}`);
    await write(next, `round ${round}, again`);
    expect(await next.leave()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 150 * round));
    const last = await connect();
    expect(await read(last)).toBe(`round ${round}, again`);
    expect(await last.leave()).toBe(0);
  }
});

test('[M18] a standby made before a session was killed is never handed out', async () => {
  await using home = await SessionHome.create();
  const connect = await stateful(home);
  const first = await connect();
  await first.leave();
  await standby(home);
  const killed = await connect();
  await write(killed, 'before the kill');
  killed.child.kill('SIGKILL');
  await killed.exited;
  await home.reap();
  const next = await connect();
  expect(await read(next)).toBe('before the kill');
  expect(await next.leave()).toBe(0);
});
