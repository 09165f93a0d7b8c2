import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ByteClient } from '../support/byte-client.ts';
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

const memory = (megabytes: number): ServerOptions => ({
  recipe: { standby: 'off', memoryBytes: megabytes * 1024 ** 2 },
  hostConfig: { Memory: megabytes * 1024 ** 2, MemorySwap: megabytes * 1024 ** 2 },
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

describe('a server that fails in a call: the call is answered with the reason, and `run` ends', () => {
  const faults: readonly { readonly title: string; readonly fixture: string; readonly options: ServerOptions; readonly says: RegExp; readonly within: number }[] = [
    { title: 'out of memory, told from a kill, with the limit and the flag', fixture: 'out-of-memory.mjs', options: memory(96), says: /out of memory \(limit 96 MiB\).*--memory 192m/, within: 15_000 },
    { title: 'heap exhausted', fixture: 'heap.mjs', options: { ...memory(256), recipe: { standby: 'off', memoryBytes: 256 * 1024 ** 2, environment: { NODE_OPTIONS: { kind: 'literal', value: '--max-old-space-size=64' } } } }, says: /exhausted its heap.*--memory/, within: 30_000 },
    { title: 'exit in the middle of a line', fixture: 'half-line.mjs', options: OFF, says: /exited with code 0/, within: 10_000 },
  ];
  for (const { title, fixture, options, says, within } of faults) {
    test(`[M5] ${title}`, async () => {
      await using client = await start(fixture, options);
      await client.connect();
      client.write('{"jsonrpc":"2.0","id":"the call","method":"tools/call","params":{"name":"fail"}}\n');
      const answer = await client.answerTo('the call', within);
      expect(answer.error).toMatchObject({ code: -32_000, message: expect.stringMatching(says) });
      expect(await gone(client)).toBeGreaterThan(0);
      expect(client.stderr).toMatch(says);
    });
  }
});

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

test('[M5] a line that never ends is cut off after 64 MiB, the call is answered, and the server stopped', async () => {
  await home.addServer('endless-line.mjs', { ...OFF, name: 'endless-line' });
  await using client = new ByteClient({ bin: program.bin, home: home.folder, words: ['endless-line'] });
  await client.send(Buffer.from('{"jsonrpc":"2.0","id":"the call","method":"tools/call","params":{"name":"fail"}}\n'));
  expect(await client.exitCode()).toBeGreaterThan(0);
  expect(client.received).toBeLessThan(66 * 1024 ** 2);
  expect(client.end).toMatch(/x\n\{"jsonrpc":"2\.0","id":"the call","error":\{"code":-32000,"message":"cc-mcp: endless-line wrote a line of more than 64 MiB.*\n$/);
  expect(await home.containers()).toEqual([]);
});

test('[M5] a server that exits at once: the reason and its last words answer `initialize`', async () => {
  await using client = await start('exits-at-once.mjs', OFF);
  const answer = await client.request('initialize', {}, 10_000);
  expect(answer.error?.message).toMatch(/exited with code 3.*cannot find my configuration/);
  expect(await gone(client)).toBeGreaterThan(0);
});

for (const fixture of ['hang.mjs', 'closed-stdout.mjs']) {
  test(`[M5] no answer in 30 s (${fixture}) is an error that says so`, async () => {
    await using client = await start(fixture, OFF);
    const startedAt = performance.now();
    const answer = await client.request('initialize', {}, 40_000);
    expect(answer.error?.message).toMatch(/did not answer within 30 s/);
    expect(performance.now() - startedAt).toBeGreaterThan(28_000);
    expect(await gone(client)).toBeGreaterThan(0);
  });
}

test('[M5] a fork bomb stays within its limit of processes: the call is answered with that, and the server stopped', async () => {
  await using client = await start('fork-bomb.mjs', OFF);
  await client.connect();
  client.write('{"jsonrpc":"2.0","id":"bomb","method":"tools/call","params":{"name":"fail"}}\n');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const running = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).length;
  expect(running).toBeLessThan(2000);
  expect((await client.answerTo('bomb', 30_000)).error?.message).toMatch(/used up its processes.*--pids/);
  expect(await gone(client)).toBeGreaterThan(0);
  expect(client.stderr).toMatch(/has used up its 128 processes/);
});

test('[M5] text on stdout passes, is reported once on stderr, and breaks no call', async () => {
  await using client = await start('banner.mjs', OFF);
  await client.connect();
  expect((await client.call('echo', { text: 'still here' })).result.content[0].text).toBe('still here');
  expect(client.lines.slice(0, 2)).toEqual(['Welcome to the banner server!', 'Listening on stdio…']);
  expect(client.stderr.match(/not MCP/g)).toHaveLength(1);
  expect(client.stderr).toContain('Welcome to the banner server!');
  expect(await client.leave()).toBe(0);
});

test('[M5] a flood of logs bounds the disk and does not hold up calls', async () => {
  await using client = await start('log-flood.mjs', OFF);
  await client.connect();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const startedAt = performance.now();
  expect((await client.call('echo', { text: 'through the flood' })).result.content[0].text).toBe('through the flood');
  expect(performance.now() - startedAt).toBeLessThan(3000);
  const folder = join(home.ccMcpHome, 'logs/global/log-flood');
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(110 * 1024 ** 2);
  expect(Math.max(...sizes)).toBeLessThan(6 * 1024 ** 2);
  expect(await client.leave()).toBe(0);
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
