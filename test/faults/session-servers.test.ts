import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunClient } from '../support/run-client.ts';
import { engine, type ServerOptions, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
let home: SessionHome;
beforeAll(async () => {
  [program, home] = [await sessionProgram(), await SessionHome.create()];
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
});

const OFF: ServerOptions = { recipe: { standby: 'off' } };

/** A server of its own for each fault, and no container of it afterwards. */
async function start(fixture: string, options: ServerOptions): Promise<RunClient> {
  const name = fixture.replace('.mjs', '');
  await home.addServer(fixture, { ...options, name });
  return new RunClient({ bin: program.bin, home: home.folder, words: [name] });
}

const gone = async (client: RunClient): Promise<number | null> => {
  const { code } = await client.exited;
  expect(await home.containers()).toEqual([]);
  return code;
};

test('[M5] killed from outside in the middle of a call: told from running out of memory', async () => {
  await using client = await start('asks-back.mjs', OFF);
  await client.connect();
  client.write('{"jsonrpc":"2.0","id":"the call","method":"tools/call","params":{"name":"wait"}}\n');
  const [container] = await home.containers();
  if (container === undefined) throw new Error('there is no container');
  await engine.kill(container.id);
  const answer = await client.answerTo('the call', 10_000);
  expect(answer.error?.message).toMatch(/was killed \(SIGKILL\)/);
  expect(answer.error?.message).not.toMatch(/memory/);
  expect(await gone(client)).toBeGreaterThan(0);
});

test('[F24] a helper that ran out of memory costs neither the call nor the session', async () => {
  const memory = 96 * 1024 ** 2;
  await using client = await start('helper-dies.mjs', { recipe: { standby: 'off', memoryBytes: memory }, hostConfig: { Memory: memory, MemorySwap: memory } });
  await client.connect();
  for (const _ of ['once', 'and again']) expect((await client.call('help')).result.content[0].text).toBe('helper: SIGKILL');
  expect(await client.leave()).toBe(0);
  expect(client.stderr).not.toMatch(/ran out of memory/);
});

test('[M11] secrets that a server writes to stderr, also in pieces, stand in no log and no error', async () => {
  const secret = 'pa$$word/with?odd=characters&more';
  const secretsFile = join(home.ccMcpHome, 'secrets.json');
  await writeFile(secretsFile, JSON.stringify({ secrets: { API_KEY: secret }, remembered: {} }), { mode: 0o600 });
  await using client = await start('tells-secrets.mjs', {
    recipe: { standby: 'off', secretsFile, environment: { HOME: { kind: 'literal', value: '/tmp' }, API_KEY: { kind: 'template', template: '${secret:API_KEY}' } } },
  });
  await client.connect();
  // The server did get it.
  expect((await client.call('tell')).result.content[0].text).toBe(secret);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await client.leave()).toBe(0);
  const folder = join(home.ccMcpHome, 'logs/global/tells-secrets');
  const logs = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  expect(logs.join('')).toMatch(/key \[redacted\] url \[redacted\]/);
  expect(logs.join('')).toMatch(/split \[redacted\] end/);
  expect((await stat(join(folder, (await readdir(folder))[0] ?? ''))).mode & 0o777).toBe(0o600);
});
