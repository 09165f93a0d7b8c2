import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { engineDoor } from '../support/engine-door.ts';
import type { EngineDoor } from '../support/engine-door.ts';
import { nodeImage } from '../support/engine.ts';
import { installedCli } from '../support/installed-cli.ts';
import { writePlainServer } from '../support/plain-server.ts';
import { eventually } from '../support/run-client.ts';
import { callText, docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const LONG = 400_000;
/** What no other run has built. */
const [FIRST, SECOND] = ['first', 'second'].map((word) => `${word} ${randomUUID()}`) as [string, string];

let user: UserHome;
let door: EngineDoor;
let env: Record<string, string>;

beforeAll(async () => {
  user = await userHome();
  door = await engineDoor(join(user.home, 'engine.sock'));
  env = { CC_MCP_ENGINE: door.address };
  writePlainServer(join(user.folder, 'hello'), FIRST);
  const { code, stderr } = await user.cc(['install', './hello', '--global', '--enable', '--yes'], { env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
}, LONG);

afterEach(() => door.set('open'));
afterAll(async () => {
  await user[Symbol.asyncDispose]();
  await door[Symbol.asyncDispose]();
});

const files = (): Record<string, string> => Object.fromEntries(['mcp.json', 'mcp.lock.json', 'approvals.json'].map((name) => {
  const path = join(user.ccMcpHome, name);
  return [name, existsSync(path) ? readFileSync(path, 'utf8') : ''];
}));
const ours = async (kind: readonly string[]): Promise<readonly string[]> =>
  (await docker(...kind, '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).split('\n').filter((id) => id !== '');

/** Its images by tag, and what is written down of them. */
async function images(): Promise<readonly string[]> {
  const home = (await homeIdOf(user)).slice(0, 8);
  const tags = (await docker('images', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}')).split('\n').filter((line) => line.includes(' cc-mcp/hello:') || line.includes(` cc-mcp/used-by:${home}-`));
  const records = (await docker('volume', 'ls', '--filter', 'label=io.cc-mcp.image', '--format', '{{.Name}} {{.Label "io.cc-mcp.image"}}')).split('\n');
  return [...tags, ...records.filter((record) => tags.some((tag) => tag.startsWith(record.split(' ')[1] ?? '-')))].toSorted();
}

async function says(name: string): Promise<string> {
  const client = await user.connect(name, { env });
  const answer = await callText(client, 'echo', {});
  await client.close();
  return answer;
}

/** Runs a command, and does something once its stderr says so. */
async function during(args: readonly string[], words: RegExp, act: (child: ChildProcess) => unknown): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { bin, node } = await installedCli();
  const child = spawn(node, [bin, ...args], { cwd: user.folder, env: { HOME: user.home, PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let [stderr, acted] = ['', false];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += String(chunk);
    if (acted || !words.test(stderr)) return;
    acted = true;
    void act(child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect([stderr, acted]).toEqual([stderr, true]);
  return { code, stderr };
}

test('[F3] an engine that dies in the middle of an install: the files are as before, and the same install succeeds later', async () => {
  writePlainServer(join(user.folder, 'other'), `other of ${await homeIdOf(user)}`);
  const [before, install] = [files(), ['install', './other', '--global', '--yes']];
  const { code, stderr } = await during(install, /Building/, () => door.set('closed'));
  expect([code, stderr]).toEqual([4, expect.stringMatching(/^Error: .+$/m)]);
  expect(files()).toEqual(before);
  await door.set('open');
  const again = await user.json(install, { env });
  expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
  expect((await user.cc(['uninstall', 'other', '--yes'], { env })).code).toBe(0);
  expect(await ours(['ps', '--all', '--filter', 'label=io.cc-mcp.server=other'])).toEqual([]);
}, LONG);

test('[F5] an engine that restarts while servers run: the client sees the end, status what is there, and the next client is served', async () => {
  const client = await user.connect('hello', { env });
  expect(await callText(client, 'echo', {})).toBe(FIRST);
  await door.set('closed');
  // Without live-restore they go with it.
  await Promise.allSettled((await ours(['ps'])).map((id) => docker('kill', id)));
  await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toThrow();
  expect((await user.json(['status'], { env })).envelope.result).toMatchObject({ engine: { reachable: false }, servers: [{ name: 'hello' }] });
  await door.set('open');
  expect((await user.json(['status'], { env })).envelope.result).toMatchObject({ engine: { reachable: true }, servers: [{ name: 'hello', sessions: 0 }] });
  expect(await says('hello')).toBe(FIRST);
}, LONG);

test('[F7] a disk that is full while it builds: the reason, the old server answers as before, and no container is left of the build', async () => {
  writePlainServer(join(user.folder, 'hello'), SECOND);
  const [before, there] = [files(), await images()];
  const message = 'write /var/lib/docker/overlay2/x/diff/y: no space left on device';
  const open = door.answer(/^POST \S*\/build\b/, '200 OK', { errorDetail: { message }, error: message });
  const { code, envelope } = await user.json(['rebuild', 'hello'], { env }).finally(open);
  expect([code, envelope.error]).toEqual([expect.any(Number), expect.objectContaining({ message: expect.stringContaining('no space left on device') })]);
  expect(code).not.toBe(0);
  expect(files()).toEqual(before);
  expect(await images()).toEqual(there);
  await eventually('only what runs is there', async () => (await ours(['ps', '--all'])).length === (await ours(['ps'])).length);
  expect(await says('hello')).toBe(FIRST);
}, LONG);

test('a rebuild that builds and does not answer leaves the old one as it was, and one that answers takes its place', async () => {
  const [before, there] = [files(), await images()];
  expect(there.length).toBeGreaterThan(2);
  writePlainServer(join(user.folder, 'hello'), '', 'process.exit(7);');
  expect(await user.json(['rebuild', 'hello'], { env })).toMatchObject({ code: 8, envelope: { error: { code: 'GATE_FAILED', message: expect.stringContaining('exited with code 7') } } });
  expect(files()).toEqual(before);
  expect(await images()).toEqual(there);
  expect(await says('hello')).toBe(FIRST);
  writePlainServer(join(user.folder, 'hello'), SECOND);
  const { envelope, stderr } = await user.json(['rebuild', 'hello'], { env });
  expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'rebuilt' } });
  expect(await says('hello')).toBe(SECOND);
}, LONG);

test('[M13] a rebuild that is killed after it built: the next command gives the old image its names back, and the new one goes', async () => {
  const [before, there] = [files(), await images()];
  writePlainServer(join(user.folder, 'hello'), '', 'setTimeout(() => {}, 60_000);');
  const killed = await during(['rebuild', 'hello'], /Built/, (child) => child.kill('SIGKILL'));
  expect(killed.code).toBe(null);
  expect(await images()).not.toEqual(there);
  expect((await user.cc(['status'], { env })).code).toBe(0);
  expect([files(), await images()]).toEqual([before, there]);
  expect(await says('hello')).toBe(SECOND);
  writePlainServer(join(user.folder, 'hello'), SECOND);
}, LONG);

test('[F27] no free range of addresses: one line, and neither network nor container nor volume is made', async () => {
  writePlainServer(join(user.folder, 'linked'), 'linked');
  const before = files();
  const open = door.answer(/^POST \S*\/networks\/create\b/, '403 Forbidden', { message: 'Pool overlaps with other one on this address space' });
  const { code, envelope } = await user.json(['install', './linked', '--global', '--yes', '--allow-net=localhost:1'], { env }).finally(open);
  expect([code, envelope.error], JSON.stringify(envelope)).toEqual([5, expect.objectContaining({ code: 'CONFLICT', message: expect.stringMatching(/^[^\n]+network[^\n]+$/) })]);
  expect(files()).toEqual(before);
  const linked = ['--filter', 'label=io.cc-mcp.server=linked'];
  for (const kind of [['ps', '--all'], ['network', 'ls'], ['volume', 'ls']]) expect([kind, await ours([...kind, ...linked])]).toEqual([kind, []]);
}, LONG);

test('[F50] a tag that names another image changes nothing; an image that was removed is said with the cure, which works', async () => {
  const { mcpServers } = (await readJson(join(user.ccMcpHome, 'mcp.json'))) as { mcpServers: { hello: { docker: { image: string } } } };
  const { image } = mcpServers.hello.docker;
  const id = await docker('image', 'inspect', '--format', '{{.Id}}', image);
  await docker('tag', await nodeImage(), image);
  try {
    expect((await user.cc(['restart', 'hello'], { env })).code).toBe(0);
    for (const _ of ['from a standby', 'and the next one']) expect(await says('hello')).toBe(SECOND);
    expect((await user.cc(['stop', 'hello'], { env })).code).toBe(0);
  } finally {
    await docker('rmi', image);
  }
  // By hand, as somebody does who wants the room; a standby that was being made when `stop` came is taken away by whoever makes it.
  await eventually('nothing keeps the image any more', async () => {
    const tags = JSON.parse(await docker('image', 'inspect', '--format', '{{json .RepoTags}}', id)) as string[];
    return await docker('rmi', ...tags).then(() => true, () => false);
  });
  await expect(docker('image', 'inspect', id)).rejects.toThrow();
  const refusal = await user.connect('hello', { env }).then(() => '', (error: Error) => error.message);
  expect(refusal).toMatch(/The image of hello .* is not on this engine\. cc-mcp install --manifest \S*mcp\.json/);
  const { envelope, stderr } = await user.json(['install', '--manifest', join(user.ccMcpHome, 'mcp.json'), '--yes'], { env });
  expect(envelope, stderr).toMatchObject({ ok: true });
  expect(await says('hello')).toBe(SECOND);
}, LONG);
