import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecipeSource } from '../../src/store/recipe-source.ts';
import { eventually } from '../support/run-client.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, userHome } from '../support/user-home.ts';

const OWNER = 1234;

describe('@project: the folder that the client opens', () => {
  let user: UserHome;
  let manifest: string;
  let installed: Awaited<ReturnType<UserHome['json']>>;
  const folder = (name: string): string => join(user.folder, name);
  const opened = (name: string): { cwd: string; env: Record<string, string> } => ({ cwd: '/', env: { CLAUDE_PROJECT_DIR: folder(name), CC_MCP_CONFIG: manifest } });
  beforeAll(async () => {
    user = await userHome();
    manifest = join(user.ccMcpHome, 'mcp.json');
    for (const name of ['one', 'two']) {
      mkdirSync(join(folder(name), '.git'), { recursive: true });
      writeFileSync(join(folder(name), 'which.txt'), name);
      for (const path of [folder(name), join(folder(name), '.git'), join(folder(name), 'which.txt')]) chownSync(path, OWNER, OWNER);
    }
    installed = await user.json(['install', 'filesystem', '--allow-read', '@project', '--global', '--enable', '--yes'], { cwd: folder('one') });
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('is proven and approved for the project in which it is granted; outside of one there is nothing to prove it with', async () => {
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', enabled: true, enabling: { standby: 'ready' }, plan: { permissions: { read: [expect.stringContaining(folder('one'))] } } } });
    const outside = await user.json(['install', 'filesystem', '--name', 'second', '--allow-read', '@project', '--global', '--yes'], { cwd: user.home });
    expect([outside.code, outside.envelope.error]).toEqual([5, expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('no git repository') })]);
    const home = await user.json(['install', 'filesystem', '--name', 'second', '--allow-read', '@project', '--global', '--yes'], { env: { CLAUDE_PROJECT_DIR: user.home } });
    expect([home.code, home.envelope.error.message]).toEqual([5, expect.stringContaining('is your home folder, which is never granted')]);
  });

  it('gives each client the project that it opened, from a recipe and a standby of its own', async () => {
    const client = await user.connect('filesystem', opened('one'));
    expect(await callText(client, 'read_text_file', { path: join(folder('one'), 'which.txt') })).toBe('one');
    const refused = await client.callTool({ name: 'read_text_file', arguments: { path: join(folder('two'), 'which.txt') } });
    expect(refused.isError).toBe(true);
    await client.close();
  });

  it('of a project that was not approved says in one line what to type, exit 5, and that is enough', async () => {
    await expect(user.connect('filesystem', opened('two'))).rejects.toThrow(`cd ${folder('two')} && cc-mcp approve filesystem --manifest ${manifest}`);
    const run = await user.cc(['run', 'filesystem'], { ...opened('two'), input: '' });
    expect([run.code, run.stderr.trim().split('\n')]).toEqual([5, [expect.stringContaining(`was not approved to read ${folder('two')}`)]]);
    const approved = await user.json(['approve', 'filesystem', '--manifest', manifest, '--yes'], { cwd: folder('two') });
    expect(approved.envelope, approved.stderr).toMatchObject({ ok: true, result: { outcome: 'approved', changes: [`read: ${folder('two')}, the project that is open here (@project)`] } });
    const both = await Promise.all(['one', 'two'].map((name) => user.connect('filesystem', opened(name))));
    for (const [index, name] of ['one', 'two'].entries()) {
      const client = both[index];
      if (client === undefined) throw new Error('no client');
      expect(await callText(client, 'read_text_file', { path: join(folder(name), 'which.txt') })).toBe(name);
      await client.close();
    }
    const again = await user.json(['approve', 'filesystem', '--manifest', manifest], { cwd: folder('two') });
    expect(again.envelope.result.outcome).toBe('already-approved');
    const recipe = (name: string): object => createRecipeSource(user.ccMcpHome).read({ server: 'filesystem', search: { ...opened(name), workingFolder: '/', environment: opened(name).env, forRun: true } });
    for (const name of ['one', 'two']) expect(recipe(name)).toMatchObject({ recipe: { project: { folder: folder(name) } } });
    await eventually('a standby for each project', async () => (readdirSync(join(user.ccMcpHome, 'run', 'standby')).filter((name) => !name.startsWith('.')).length === 2 ? true : undefined), 60_000);
  });

  it('agrees to no other project when its settings change or it is tested there', async () => {
    mkdirSync(join(folder('other'), '.git'), { recursive: true });
    for (const args of [['install', 'filesystem', '--memory', '400m', '--global'], ['test', 'filesystem', '--manifest', manifest]]) {
      const { code, stderr } = await user.cc(args, { cwd: folder('other') });
      expect([args, code], stderr).toEqual([args, 0]);
    }
    await expect(user.connect('filesystem', opened('other'))).rejects.toThrow(/was not approved to read/);
    const client = await user.connect('filesystem', opened('one'));
    expect(await callText(client, 'read_text_file', { path: join(folder('one'), 'which.txt') })).toBe('one');
    await client.close();
  });

  it('does not follow a link to a project that was approved, once it leads elsewhere', async () => {
    mkdirSync(join(user.folder, 'three'));
    symlinkSync(folder('one'), folder('link'));
    const client = await user.connect('filesystem', opened('link'));
    expect(await callText(client, 'read_text_file', { path: join(folder('link'), 'which.txt') })).toBe('one');
    await client.close();
    execFileSync('ln', ['-sfn', folder('three'), folder('link')]);
    await expect(user.connect('filesystem', opened('link'))).rejects.toThrow(/was not approved to read/);
  });

  it('of a client in the home folder, or in no project, is refused', async () => {
    await expect(user.connect('filesystem', { cwd: '/', env: { CLAUDE_PROJECT_DIR: user.home, CC_MCP_CONFIG: manifest } })).rejects.toThrow(/is your home folder, which is never granted/);
    await expect(user.connect('filesystem', { cwd: '/', env: { CC_MCP_CONFIG: manifest } })).rejects.toThrow(/no git repository/);
  });

  it('is gone with the server', async () => {
    expect((await user.cc(['uninstall', 'filesystem', '--manifest', manifest])).code).toBe(0);
    expect(readdirSync(join(user.ccMcpHome, 'run', 'recipes'))).toEqual([]);
  });
});
