import { chmod, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunClient } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

/** Stands where the slow path is: says no with the reason for which it was asked, which is all that `run` knows. */
const REFUSING = `export async function prepareRun({ server }) {
  return { refusal: Object.assign(new Error(server + ' is not approved'), { code: 'NOT_APPROVED', suggestions: ['Type: cc-mcp approve ' + server], details: {} }) };
}`;
const REFUSED = /is not approved.*cc-mcp approve fixture/;

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram(REFUSING);
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

const launch = (home: SessionHome, words: readonly string[] = ['fixture'], env: Record<string, string> = {}): RunClient =>
  new RunClient({ bin: program.bin, home: home.folder, words, env });

async function isRefused(home: SessionHome, says: RegExp, exitCode = 5): Promise<void> {
  await using client = launch(home);
  const answer = await client.request('initialize', {}, 10_000);
  expect(answer.error).toMatchObject({ code: -32_000, message: expect.stringMatching(says) });
  expect((await client.exited).code).toBe(exitCode);
  expect(client.stderr).toMatch(says);
  expect(await home.containers()).toEqual([]);
}

test('[M17] a refusal is the answer to the first request, also behind a probe, in one line, with exit 5', async () => {
  await using home = await SessionHome.create();
  await isRefused(home, REFUSED);
  await using client = launch(home);
  client.write('{"jsonrpc":"2.0","id":"probe","method":"server/discover","params":{}}\n');
  expect((await client.answerTo('probe')).error?.code).toBe(-32_601);
  expect((await client.request('initialize')).error?.message).toMatch(REFUSED);
  expect((await client.exited).code).toBe(5);
  expect(client.lines).toHaveLength(2);
});

test('[M17] a client that says nothing gets the exit code all the same', async () => {
  await using home = await SessionHome.create();
  await using client = launch(home);
  expect(await client.leave()).toBe(5);
  expect(client.stderr).toMatch(REFUSED);
});

test('[M17] every input that differs from what the recipe was written for is looked at anew: manifest, lock, secrets, mode, granted folder', async () => {
  await using home = await SessionHome.create();
  const granted = join(home.folder, 'granted');
  await mkdir(granted);
  const { ino, dev } = await stat(granted);
  const secrets = join(home.folder, 'secrets.json');
  const lock = join(home.ccMcpHome, 'mcp.lock.json');
  const fresh = async (): Promise<void> => {
    await rm(lock, { force: true });
    await rm(secrets, { force: true });
    const recipe = await home.addServer('polite.mjs', {
      recipe: { standby: 'off', mounts: [{ mount: { kind: 'bind', source: granted, target: '/granted', readOnly: true }, device: dev, inode: ino }] },
    });
    await home.writeRecipe({ ...recipe, inputs: { ...recipe.inputs, [secrets]: null } });
  };
  const works = async (): Promise<void> => {
    await using client = launch(home);
    await client.connect();
    expect(await client.leave()).toBe(0);
  };
  await fresh();
  await works();
  const changes: readonly (() => Promise<void>)[] = [
    () => writeFile(join(home.ccMcpHome, 'mcp.json'), '{ "mcpServers": {"evil":{}} }'),
    () => rm(join(home.ccMcpHome, 'mcp.json')),
    () => chmod(join(home.ccMcpHome, 'mcp.json'), 0o666),
    () => writeFile(lock, '{}'),
    () => writeFile(secrets, '{}'),
    async () => {
      await rename(granted, `${granted}.old`);
      await mkdir(granted);
    },
    async () => {
      await rm(granted, { recursive: true });
      await symlink('/etc', granted);
    },
  ];
  for (const change of changes) {
    await fresh();
    await change();
    await isRefused(home, REFUSED);
  }
});

test('[M17] a value that is missing is named, and nothing is created', async () => {
  await using home = await SessionHome.create();
  await home.addServer('polite.mjs', {
    recipe: { standby: 'off', environment: { A: { kind: 'template', template: '${secret:API_KEY}' }, B: { kind: 'template', template: 'x${REGION}y' } } },
  });
  await isRefused(home, /needs a value for API_KEY, REGION/);
});

test('[M17] an image that is not there any more is said, with exit 5', async () => {
  await using home = await SessionHome.create();
  const recipe = await home.addServer('polite.mjs', { recipe: { standby: 'off' } });
  await home.writeRecipe({ ...recipe, body: { ...recipe.body, Image: `sha256:${'0'.repeat(64)}` } });
  await isRefused(home, /No such image/);
  expect(await home.tokens('session')).toEqual([]);
});

test('[M17] a container that the engine will not start is said, and not left behind', async () => {
  await using home = await SessionHome.create();
  await home.addServer('polite.mjs', { command: ['/no/such/program'], recipe: { standby: 'off' } });
  await using client = launch(home);
  const answer = await client.request('initialize', {}, 20_000);
  expect(answer.error?.message).toMatch(/no such|not found|exited with code/i);
  expect((await client.exited).code).toBeGreaterThan(0);
  expect(await home.containers()).toEqual([]);
  expect(await home.tokens('session')).toEqual([]);
});

test('[M17] `${VAR}` of the environment of `run` comes before what was remembered', async () => {
  await using home = await SessionHome.create();
  const secretsFile = join(home.ccMcpHome, 'values.json');
  await writeFile(secretsFile, JSON.stringify({ secrets: {}, remembered: { REGION: 'remembered' } }));
  await home.addServer('who-am-i.mjs', { recipe: { standby: 'off', secretsFile, environment: { SETTING: { kind: 'template', template: '${REGION}' } } } });
  for (const [env, expected] of [[{}, 'remembered'], [{ REGION: 'given' }, 'given']] as const) {
    await using client = launch(home, ['fixture'], env);
    await client.connect();
    expect((await client.call('setting')).result.content[0].text).toBe(expected);
  }
});
