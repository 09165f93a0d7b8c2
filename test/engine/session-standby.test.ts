import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionRecipe } from '../../src/domain/effective-plan.ts';
import { eventually, RunClient } from '../support/run-client.ts';
import { engine, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

const SOON = { CC_MCP_REPLACEMENT_DELAY: '100' };
const PROBE = '{"jsonrpc":"2.0","id":"probe","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}\n';

function launch(home: SessionHome, words: readonly string[] = ['fixture'], env: Record<string, string> = SOON): RunClient {
  return new RunClient({ bin: program.bin, home: home.folder, words, env });
}

/** One standby waits, settled, and nothing else of this home runs. */
async function settled(home: SessionHome, standbys = 1): Promise<readonly string[]> {
  return eventually(`${standbys} settled standbys and nothing else`, async () => {
    const [waiting, marks, containers] = [await home.tokens('standby'), await home.tokens('settled'), await home.containers()];
    const isQuiet = waiting.length === standbys && containers.length === standbys && (await home.tokens('starting')).length === 0;
    return isQuiet && waiting.every((name) => marks.some((mark) => name.endsWith(mark))) ? waiting : undefined;
  }, 60_000);
}

/** Fills a home with one settled standby. */
async function warm(home: SessionHome, words?: readonly string[]): Promise<void> {
  const client = launch(home, words);
  await client.connect();
  expect(await client.leave()).toBe(0);
  await settled(home);
}

const tokenOf = (name = ''): string => name.split('.')[2] ?? '';
const instanceOf = async (client: RunClient): Promise<string> => (await client.call('who')).result.content[0].text;
const sessionTokens = async (home: SessionHome): Promise<string[]> => (await home.tokens('session')).map(tokenOf);

test('[M7] the first client goes cold and leaves a standby; the second gets exactly that one, and it is replaced', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const [standby = ''] = await home.tokens('standby');
  await using client = launch(home);
  await client.connect();
  expect(await sessionTokens(home)).toEqual([tokenOf(standby)]);
  await eventually('a replacement', async () => (await home.tokens('standby')).length === 1);
  expect(await client.leave()).toBe(0);
  expect((await settled(home)).map(tokenOf)).not.toContain(tokenOf(standby));
});

test('[M4] a standby and a cold session both end up at the CPU limit of their server', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await using client = launch(home);
  await client.connect();
  await eventually('a settled standby and a settled session', async () => (await home.tokens('settled')).length === 2);
  for (const container of await home.containers()) {
    expect(await quotaOf(container.id)).toBe(50_000);
  }
});

test('[M7] ten clients at once have ten sessions that share nothing, no standby is claimed twice, and one standby remains', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const clients = Array.from({ length: 10 }, () => launch(home));
  let loading = 0;
  const watching = setInterval(() => void home.tokens('loading').then((tokens) => {
    loading = Math.max(loading, tokens.length);
  }), 20);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    expect(new Set(await sessionTokens(home)).size).toBe(10);
    const answers = await Promise.all(clients.map(instanceOf));
    expect(new Set(answers.map((answer) => answer.split(' ')[0])).size).toBe(10);
    expect(answers.every((answer) => answer.endsWith(' 1'))).toBe(true);
    expect(await Promise.all(clients.map((client) => client.leave()))).toEqual(Array(10).fill(0));
    await settled(home);
    expect(loading).toBeLessThanOrEqual(1);
  } finally {
    clearInterval(watching);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  }
});

test('[M7] a client that probes and leaves spends nothing: the one 100 ms later gets the standby', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const [standby = ''] = await home.tokens('standby');
  await using probe = launch(home);
  probe.write(PROBE);
  expect((await probe.answerTo('probe')).error).toMatchObject({ code: -32_601 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  probe.child.kill('SIGTERM');
  await using client = launch(home);
  await client.connect();
  expect(await sessionTokens(home)).toEqual([tokenOf(standby)]);
});

test('[M7] a client that starts twice within 100 ms and speaks to one of them gets the standby there', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const [standby = ''] = await home.tokens('standby');
  await using first = launch(home);
  await using second = launch(home);
  await second.connect();
  expect(await first.leave()).toBe(0);
  expect(await sessionTokens(home)).toEqual([tokenOf(standby)]);
});

test('[M7] a client that probes and goes on in the same process gets the standby', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const [standby = ''] = await home.tokens('standby');
  await using client = launch(home);
  client.write(PROBE);
  await client.answerTo('probe');
  await client.connect();
  expect(await sessionTokens(home)).toEqual([tokenOf(standby)]);
});

test('[M7] a server of 2026-07-28 is asked itself', async () => {
  await using home = await SessionHome.create();
  await home.addServer('modern.mjs', { recipe: { era: 'modern' } });
  await using client = launch(home);
  client.write(PROBE);
  expect((await client.answerTo('probe')).result.supportedVersions).toEqual(['2026-07-28']);
  expect((await client.call('echo', { text: 'modern' })).result.content[0].text).toBe('modern');
});

test('[M7] two projects and a worktree with one server name run at once, each with its own settings, and stay warm', async () => {
  await using home = await SessionHome.create();
  const settings = ['a', 'b', 'c'];
  const recipes: SessionRecipe[] = [];
  for (const setting of settings) {
    recipes.push(await home.addServer('who-am-i.mjs', { folder: join(home.folder, `project-${setting}`), recipe: { environment: { SETTING: { kind: 'literal', value: setting } } } }));
  }
  const connect = async (recipe: SessionRecipe): Promise<RunClient> => {
    const client = launch(home, ['fixture', '--manifest', recipe.manifestPath]);
    await client.connect();
    return client;
  };
  const cold = await Promise.all(recipes.map(connect));
  expect(await Promise.all(cold.map(async (client) => (await client.call('setting')).result.content[0].text))).toEqual(settings);
  await Promise.all(cold.map((client) => client.leave()));
  const standbys = (await settled(home, 3)).map(tokenOf).sort();
  const second = await Promise.all(recipes.map(connect));
  expect((await sessionTokens(home)).sort()).toEqual(standbys);
  expect(await Promise.all(second.map(async (client) => (await client.call('setting')).result.content[0].text))).toEqual(settings);
  await Promise.all(second.map((client) => client.leave()));
  await settled(home, 3);
});

test('[M7] the environment of the client is part of the settings: another value gets another standby, and neither is taken for the other', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs', { recipe: { environment: { SETTING: { kind: 'template', template: 'is ${CHOSEN}' } } } });
  for (const [chosen, standbys] of [['one', 1], ['two', 2]] as const) {
    const client = launch(home, ['fixture'], { ...SOON, CHOSEN: chosen });
    await client.connect();
    expect((await client.call('setting')).result.content[0].text).toBe(`is ${chosen}`);
    await client.leave();
    await settled(home, standbys);
  }
  await using again = launch(home, ['fixture'], { ...SOON, CHOSEN: 'one' });
  await again.connect();
  expect((await again.call('setting')).result.content[0].text).toBe('is one');
  expect((await home.tokens('session')).length).toBe(1);
});

test('[M7] a standby that died in the meantime costs no input: the next one, or a cold start, gets it', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  for (const container of await home.containers()) await engine.kill(container.id);
  await using client = launch(home);
  await client.connect();
  expect(await instanceOf(client)).toMatch(/ 1$/);
  expect(await client.leave()).toBe(0);
  await settled(home);
});

test('[M7] a standby that is still loading is better than none: it is claimed, and gets what was said to it', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  const first = launch(home);
  await first.connect();
  const standby = await eventually('a standby that was just started', async () => (await home.tokens('standby'))[0]);
  await using client = launch(home);
  await client.connect();
  expect(await sessionTokens(home)).toContain(tokenOf(standby));
  await first.leave();
  await client.leave();
  await settled(home);
});

test('[M7] a client that kills `run` 0.1 s after SIGTERM, as some do, still leaves a standby, and nothing else', async () => {
  await using home = await SessionHome.create();
  await home.addServer('ignores-sigterm.mjs');
  await using client = launch(home, ['fixture'], {});
  await client.connect();
  client.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.child.kill('SIGKILL');
  await settled(home);
  expect(await home.tokens('session')).toEqual([]);
});

test('[M7] with `standby: off` nothing waits', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs', { recipe: { standby: 'off' } });
  const client = launch(home);
  await client.connect();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await client.leave()).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await home.containers()).toEqual([]);
});

test('[M7] a standby with a network or secrets is let go after an hour, any other after a week', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs', { name: 'short', recipe: { shortLived: true } });
  await home.addServer('who-am-i.mjs', { name: 'long' });
  for (const name of ['short', 'long']) {
    const client = launch(home, [name]);
    await client.connect();
    await client.leave();
  }
  await settled(home, 2);
  const older = async (milliseconds: number): Promise<void> => {
    for (const name of await home.tokens('standby')) {
      const file = join(home.run, 'standby', name);
      const record = JSON.parse(await readFile(file, 'utf8')) as { createdAt: number };
      await writeFile(file, JSON.stringify({ ...record, createdAt: record.createdAt - milliseconds }));
    }
  };
  await older(61 * 60_000);
  expect((await home.reap()).standbys.map((record) => record.server)).toEqual(['short']);
  await older(7 * 24 * 3_600_000);
  expect((await home.reap()).standbys.map((record) => record.server)).toEqual(['long']);
  expect(await home.containers()).toEqual([]);
});

test('[M7] a standby whose maker died before lowering it is lowered by the next command', async () => {
  await using home = await SessionHome.create();
  await home.addServer('who-am-i.mjs');
  await warm(home);
  const [name = ''] = await home.tokens('standby');
  const file = join(home.run, 'standby', name);
  const record = JSON.parse(await readFile(file, 'utf8')) as { containerId: never; boostUntil: number };
  await writeFile(file, JSON.stringify({ ...record, boostUntil: Date.now() - 1000 }));
  await rm(join(home.run, 'settled', tokenOf(name)));
  await engine.update(record.containerId, { nanoCpus: 2_000_000_000 });
  expect((await home.reap()).lowered).toBe(1);
  expect(await quotaOf(record.containerId)).toBe(50_000);
});

/** Microseconds of CPU per 100 ms, by the control group: version 1 or 2. */
async function quotaOf(id: string): Promise<number> {
  for (const path of [`cpu/docker/${id}/cpu.cfs_quota_us`, `docker/${id}/cpu.max`, `system.slice/docker-${id}.scope/cpu.max`]) {
    const text = await readFile(join('/sys/fs/cgroup', path), 'utf8').catch(() => undefined);
    if (text !== undefined) return Number(text.split(' ')[0]);
  }
  throw new Error('the control group of the container cannot be read');
}
