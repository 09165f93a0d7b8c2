import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheRecords } from '../support/build-cache.ts';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

async function onTheEngine(home: string): Promise<string> {
  const kinds = [['ps', '--all', '--quiet'], ['network', 'ls', '--quiet'], ['volume', 'ls', '--quiet']];
  return (await Promise.all(kinds.map((kind) => docker(...kind, '--filter', `label=io.cc-mcp.home=${home}`)))).join('');
}

describe('[M14] uninstall', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('[F53] leaves nothing of the server but its state, while a client is attached too', async () => {
    const claude = join(user.home, '.claude.json');
    const before = '{\n  // mine\n  "theme": "dark",\n  "mcpServers": { "memory": { "command": "npx", "args": ["-y", "old"] } }\n}\n';
    writeFileSync(claude, before, { mode: 0o600 });
    const installed = await user.json(['install', 'memory', '--enable', '--yes', '--env', 'MY_TOKEN=canary-token-1']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { enabled: true } });
    expect(readFileSync(claude, 'utf8')).toContain('.cc-mcp/bin/cc-mcp');
    const client = await user.connect('memory');
    await client.listTools();
    const home = await homeIdOf(user);
    const gone = await user.json(['uninstall', 'memory', '--purge', '--yes']);
    expect(gone.envelope, gone.stderr).toMatchObject({ ok: true, result: { outcome: 'uninstalled' } });
    await expect(client.listTools()).rejects.toThrow();
    expect(await onTheEngine(home)).toBe('');
    expect(readFileSync(claude, 'utf8')).toBe(before);
    // The manifest was made by the first install, so it goes with the last server.
    expect(existsSync(join(user.ccMcpHome, 'mcp.json'))).toBe(false);
    for (const file of ['mcp.lock.json', 'approvals.json', 'state.json']) {
      const path = join(user.ccMcpHome, file);
      if (existsSync(path)) expect([file, readFileSync(path, 'utf8')]).toEqual([file, expect.not.stringContaining('"memory"')]);
    }
    const left = (readdirSync(user.ccMcpHome, { recursive: true }) as string[]).filter((name) => /memory/.test(name));
    expect(left).toEqual([]);
  });

  it('of one that is not there names what is', async () => {
    const { code, envelope } = await user.json(['uninstall', 'nope']);
    expect([code, envelope.error]).toEqual([3, expect.objectContaining({ code: 'SERVER_NOT_FOUND', message: expect.stringContaining('nope') })]);
  });

  it('--all leaves the machine as it was before the first command, engine and base images aside', async () => {
    const fresh = await userHome();
    const config = readFileSync(join(fresh.ccMcpHome, 'config.json'), 'utf8');
    const files = (readdirSync(fresh.home, { recursive: true }) as string[]).sort();
    mkdirSync(join(fresh.folder, '.git'));
    for (const args of [['install', 'memory', '--enable', '--yes'], ['install', 'everything', '--project', '--enable', '--yes']]) expect([args, (await fresh.cc(args)).code]).toEqual([args, 0]);
    const home = await homeIdOf(fresh);
    expect(await onTheEngine(home)).not.toBe('');
    const { code, stderr } = await fresh.cc(['uninstall', '--all', '--purge', '--yes']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    const after = (readdirSync(fresh.home, { recursive: true }) as string[]).filter((name) => !name.startsWith('project/')).sort();
    expect(after).toEqual(files);
    expect(readFileSync(join(fresh.ccMcpHome, 'config.json'), 'utf8')).toBe(config);
    expect((readdirSync(fresh.folder) as string[]).filter((name) => name !== '.git')).toEqual([]);
    expect(await onTheEngine(home)).toBe('');
    expect(await docker('images', '--quiet', '--filter', `reference=cc-mcp/used-by:${home.slice(0, 8)}-*`)).toBe('');
    await fresh[Symbol.asyncDispose]();
  });

  it('--all takes along what its builds left in the build cache of the engine', async () => {
    const fresh = await userHome();
    const installed = await fresh.json(['install', 'npm:@modelcontextprotocol/server-sequential-thinking', '--name', 'cached', '--yes', '--override', 'chalk@5.6.2']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { built: true } });
    const builtBy = new Date().toISOString();
    expect((await fresh.cc(['uninstall', '--all', '--yes'])).code).toBe(0);
    // Of every build of ours: the cache is one for all homes, and what a test beside this one builds now comes later.
    expect((await cacheRecords()).filter(({ Description, CreatedAt, InUse }) => Description.includes('npm ci') && CreatedAt < builtBy && !InUse)).toEqual([]);
    await fresh[Symbol.asyncDispose]();
  });
});
