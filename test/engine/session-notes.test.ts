import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolFingerprint } from '../../src/domain/fingerprint.ts';
import { listSessions } from '../../src/session/list-containers.ts';
import { serverKeyOf } from '../../src/session/settings-hash.ts';
// @ts-expect-error: a fixture without types
import { TOOLS } from '../fixtures/servers/protocol.mjs';
import { eventually, RunClient } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
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

const launch = (name: string): RunClient => new RunClient({ bin: program.bin, home: home.folder, words: [name], env: { CC_MCP_REPLACEMENT_DELAY: '100' } });
const locked = Object.fromEntries((TOOLS as { name: string }[]).map((tool) => [tool.name, toolFingerprint(tool)]));

test('[M6] tools that are not the locked ones are said once on stderr and noted for `status`; the answer passes as it is', async () => {
  const recipe = await home.addServer('polite.mjs', { name: 'drifts', recipe: { standby: 'off', tools: { ...locked, echo: 'another' } } });
  await using client = launch('drifts');
  await client.connect();
  for (let count = 0; count < 3; count += 1) expect((await client.request('tools/list')).result.tools).toEqual(TOOLS);
  await client.saysOnStderr('are not the ones that were locked: echo');
  expect(await client.leave()).toBe(0);
  expect(client.stderr.match(/were locked/g)).toHaveLength(1);
  expect(home.ports().run.drift(serverKeyOf(recipe))).toEqual(['echo']);

  await home.addServer('polite.mjs', { name: 'drifts', recipe: { standby: 'off', tools: locked } });
  await using again = launch('drifts');
  await again.connect();
  await again.request('tools/list');
  expect(await again.leave()).toBe(0);
  expect(again.stderr).toBe('');
  expect(home.ports().run.drift(serverKeyOf(recipe))).toEqual([]);
});

test('[M7] a living session is listed with its process, and what it did is noted at its end', async () => {
  const recipe = await home.addServer('polite.mjs', { name: 'counts', recipe: { standby: 'off' } });
  await using client = launch('counts');
  await client.connect();
  await client.call('echo', { text: 'a' });
  await client.request('no/such/method');
  const key = serverKeyOf(recipe);
  expect(listSessions(home.ports(), key)).toMatchObject([{ pid: client.child.pid, alive: true, record: { server: 'counts' } }]);
  expect(await client.leave()).toBe(0);
  expect(listSessions(home.ports(), key)).toEqual([]);
  expect(home.ports().run.activity(key)).toMatchObject([{ calls: 3, errors: 1, strayLines: 0 }]);
});

test('[M11] what a standby wrote to stderr while it loaded and what its session wrote after is one log, private and with times', async () => {
  await home.addServer('tells-secrets.mjs', { name: 'logs' });
  const first = launch('logs');
  await first.connect();
  await first.leave();
  const [standby = ''] = await eventually('a settled standby', async () => {
    const [waiting, settled] = [await home.tokens('standby'), await home.tokens('settled')];
    return waiting.length === 1 && settled.some((mark) => waiting[0]?.endsWith(mark)) && waiting;
  });
  await using client = launch('logs');
  await client.connect();
  await client.leave();
  const folder = join(home.ccMcpHome, 'logs/global/logs');
  const name = (await readdir(folder)).find((file) => file.includes(standby.split('.')[2]?.slice(0, 12) ?? '?'));
  expect(await readFile(join(folder, name ?? ''), 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z key /);
});
