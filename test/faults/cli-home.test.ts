import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyHome } from '../support/empty-home.ts';
import { writePlainServer } from '../support/plain-server.ts';
import { callText, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const LONG = 600_000;
/** What must never be cut short. */
const FILES = ['mcp.json', 'mcp.lock.json', 'approvals.json', 'config.json', 'state.json'] as const;
const PAGE = 4096;

describe('a home on a disk of its own', () => {
  let user: UserHome;
  let path: (...parts: string[]) => string;
  beforeAll(async () => {
    user = await userHome();
    path = (...parts) => join(user.ccMcpHome, ...parts);
    const config = readFileSync(path('config.json'));
    // Needs root: a full disk that is not one proves nothing.
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', user.ccMcpHome]);
    writeFileSync(path('config.json'), config, { mode: 0o600 });
    writePlainServer(join(user.folder, 'plain'), 'still here');
    const { code, stderr } = await user.cc(['install', './plain', '--global', '--enable', '--yes']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }, LONG);
  beforeEach(free);
  afterAll(async () => {
    free();
    const { code, stderr } = await user.cc(['uninstall', '--all', '--purge', '--yes']);
    execFileSync('/bin/umount', ['--lazy', user.ccMcpHome]);
    await user[Symbol.asyncDispose]();
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });

  function free(): void {
    execFileSync('/bin/mount', ['-o', 'remount,rw', user.ccMcpHome]);
    rmSync(path('filling'), { recursive: true, force: true });
  }

  /** Leaves so many pages. */
  function fill(pages: number): void {
    mkdirSync(path('filling'));
    const full = (): void => {
      for (let page = 0; ; page += 1) writeFileSync(path('filling', String(page)), Buffer.alloc(PAGE));
    };
    expect(full).toThrow('ENOSPC');
    for (const name of readdirSync(path('filling')).toSorted((a, b) => Number(a) - Number(b)).slice(0, pages)) rmSync(path('filling', name));
  }

  const contents = (): Record<string, string> => Object.fromEntries(FILES.flatMap((name) => (existsSync(path(name)) ? [[name, readFileSync(path(name), 'utf8')]] : [])));
  const temporaries = (): readonly string[] => (readdirSync(user.ccMcpHome, { recursive: true }) as string[]).filter((name) => /(?:^|\/)\.|\.tmp|~$/.test(name));

  async function says(): Promise<string> {
    const client = await user.connect('plain');
    const answer = await callText(client, 'echo', {});
    await client.close();
    return answer;
  }

  test.each([
    [['config', 'set', 'standby.memory', '300m']], [['disable', 'plain']], [['enable', 'plain']], [['install', './plain', '--global', '--memory', '300m', '--yes']],
    [['install', './plain', '--global', '--name', 'other', '--yes']], [['uninstall', 'other', '--yes']],
  ])('[N10] %j on a full disk says so in one line and cuts no file short, however few pages are left', async (args) => {
    const before = contents();
    let done = false;
    for (const pages of [0, 1, 3]) {
      if (done) break;
      fill(pages);
      const { code, stdout, stderr } = await user.cc(args);
      expect([args, pages, code === 0 || /^Error: [^\n]*(?:no space is left|ENOSPC)[^\n]*$/m.test(stderr), stdout, stderr]).toEqual([args, pages, true, stdout, stderr]);
      for (const text of Object.values(contents())) expect(JSON.parse(text)).toBeTypeOf('object');
      expect(Object.keys(contents())).toEqual(Object.keys(before));
      expect(temporaries()).toEqual([]);
      free();
      done = code === 0;
    }
    expect(done ? 0 : (await user.cc(args)).code).toBe(0);
    expect(await says()).toBe('still here');
  }, LONG);

  test('[N10] [F44] on a read-only home everything can be read; what must be written is refused with the path; then all goes on', async () => {
    const before = contents();
    execFileSync('/bin/mount', ['-o', 'remount,ro', user.ccMcpHome]);
    for (const args of [['status'], ['search', 'database'], ['info', 'memory'], ['config'], ['logs', 'plain']]) expect([args, await user.cc(args)]).toEqual([args, expect.objectContaining({ code: 0 })]);
    for (const args of [['config', 'set', 'standby.memory', '301m'], ['disable', 'plain'], ['install', 'memory', '--yes'], ['uninstall', 'plain', '--yes']]) {
      const { code, stderr } = await user.cc(args);
      expect([args, code === 0, stderr]).toEqual([args, false, expect.stringMatching(/^Error: [^\n]*\.cc-mcp[^\n]*(?:read-only|EROFS)[^\n]*$/m)]);
    }
    await expect(user.connect('plain')).rejects.toThrow(/read-only|EROFS/);
    expect(contents()).toEqual(before);
    execFileSync('/bin/mount', ['-o', 'remount,rw', user.ccMcpHome]);
    expect(await says()).toBe('still here');
  }, LONG);
});

test('[F44] a home that cannot be made, or is a file, is named with the variable that sets it; without one everything can be looked up', async () => {
  await using user = await emptyHome();
  writeFileSync(join(user.home, 'file'), '');
  const nowhere = '/proc/not-there/.cc-mcp';
  for (const args of [['search', 'database'], ['status']]) expect([args, await user.cc(args, { env: { CC_MCP_HOME: nowhere } })]).toEqual([args, expect.objectContaining({ code: 0 })]);
  for (const CC_MCP_HOME of [nowhere, join(user.home, 'file'), join(user.home, 'file/below')]) {
    const env = { CC_MCP_HOME };
    const { code, stderr } = await user.cc(['config', 'set', 'standby.memory', '300m'], { env });
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(new RegExp(`^Error: [^\\n]*${CC_MCP_HOME}[^]*CC_MCP_HOME`))]);
  }
});
