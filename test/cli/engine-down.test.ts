import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyHome } from '../support/empty-home.ts';
import type { EmptyHome } from '../support/empty-home.ts';
import { engineDoor } from '../support/engine-door.ts';
import type { EngineDoor } from '../support/engine-door.ts';
import { userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const LIMIT = 2000;
/** Ours around every call, with the time that a process takes to start and end. */
const DEADLINE = 15_000;

let user: UserHome;
let nobody: EmptyHome;
let door: EngineDoor;
let env: Record<string, string>;

beforeAll(async () => {
  nobody = await emptyHome();
  user = await userHome();
  door = await engineDoor(join(user.home, 'engine.sock'));
  env = { CC_MCP_ENGINE: door.address };
  const { code, stderr } = await user.cc(['install', 'everything', '--yes'], { env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await door.set('closed');
});

afterAll(async () => {
  await door.set('open');
  await user[Symbol.asyncDispose]();
  await door[Symbol.asyncDispose]();
  await nobody[Symbol.asyncDispose]();
});

async function timed(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string; readonly milliseconds: number }> {
  const started = performance.now();
  const run = await user.cc(args, { env });
  return { ...run, milliseconds: performance.now() - started };
}

const files = (): readonly string[] => ['mcp.json', 'mcp.lock.json', 'approvals.json'].map((name) => readFileSync(join(user.ccMcpHome, name), 'utf8'));

test.each([
  [['install', 'memory', '--yes']], [['enable', 'everything']], [['test', 'everything']], [['uninstall', 'everything']],
  [['uninstall', '--all', '--yes']], [['prune', '--yes']], [['doctor']],
])('[M12] [F1] engine down: %j exits 4 in under 2 s with the socket and what to type, and changes nothing', async (args) => {
  const before = files();
  const { code, stdout, stderr, milliseconds } = await timed(args);
  expect({ code, output: stdout + stderr }).toMatchObject({ code: 4 });
  expect(stdout + stderr).toMatch(args[0] === 'doctor' ? /docker|podman/i : /^Error: .+\n {2}Try: .+/m);
  expect(stdout + stderr).toContain(door.address);
  expect(files()).toEqual(before);
  expect(milliseconds).toBeLessThan(LIMIT);
});

test.each([[['search', 'database']], [['info', 'memory']], [['status']], [['status', '--json']], [['logs', 'everything']], [['install', '--help']], [[]]])(
  '[M12] engine down: %j still works', async (args) => {
    const { code, stderr, milliseconds } = await timed(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(milliseconds).toBeLessThan(LIMIT);
  });

test('[M12] engine down: status says so', async () => {
  const { stdout } = await timed(['status']);
  expect(stdout).toContain('everything');
  expect(stdout).toContain('The engine does not answer');
});

test('[M12] nothing was ever installed and no engine is there: the same', async () => {
  const { code, stderr, milliseconds } = await nobody.cc(['install', 'memory', '--yes']);
  expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringMatching(/^Error: .+\n {2}Try: .+/) as string });
  expect(milliseconds).toBeLessThan(LIMIT);
});

test('[M12] an engine that accepts and never answers meets our deadline', async () => {
  await door.set('silent');
  try {
    const { code, milliseconds } = await timed(['prune', '--yes']);
    expect(code).toBe(4);
    expect(milliseconds).toBeLessThan(DEADLINE);
    expect((await timed(['status'])).code).toBe(0);
  } finally {
    await door.set('closed');
  }
});
