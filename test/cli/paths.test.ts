import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, userHome } from '../support/user-home.ts';

const CONTROL_FILES = ['.git/config', '.git/hooks/pre-commit', '.envrc', '.mcp.json', 'mcp.json', 'mcp.lock.json', 'mcp.lock.d/memory.package-lock.json'];

describe('[M15] path grants', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('creates a file in the granted folder, at the same path on both sides, owned by the folder\'s owner, control files untouched', async () => {
    const notes = join(user.folder, 'notes');
    for (const folder of ['.git/hooks', '.vscode', '.claude', 'mcp.lock.d']) mkdirSync(join(notes, folder), { recursive: true });
    for (const file of CONTROL_FILES) writeFileSync(join(notes, file), 'before');
    execFileSync('chown', ['-R', '1234:1235', notes]);
    const installed = await user.json(['install', 'filesystem', '--allow-write=./notes', '--project', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
    const client = await user.connect('filesystem');
    await callText(client, 'write_file', { path: join(notes, 'new.txt'), content: 'hello' });
    expect(readFileSync(join(notes, 'new.txt'), 'utf8')).toBe('hello');
    expect([statSync(join(notes, 'new.txt')).uid, statSync(join(notes, 'new.txt')).gid]).toEqual([1234, 1235]);
    for (const file of CONTROL_FILES) {
      const { isError, content } = await client.callTool({ name: 'write_file', arguments: { path: join(notes, file), content: 'evil' } });
      expect([file, isError, JSON.stringify(content)]).toEqual([file, true, expect.stringMatching(/EROFS|EBUSY|EACCES|EXDEV/)]);
      expect(readFileSync(join(notes, file), 'utf8')).toBe('before');
    }
    for (const made of ['.git/hooks/post-checkout', '.claude/settings.json', '.vscode/tasks.json', 'mcp.lock.d/evil.json']) {
      expect((await client.callTool({ name: 'write_file', arguments: { path: join(notes, made), content: 'evil' } })).isError).toBe(true);
      expect(existsSync(join(notes, made))).toBe(false);
    }
    const renamed = await client.callTool({ name: 'move_file', arguments: { source: join(notes, '.git'), destination: join(notes, '.git2') } });
    expect(renamed.isError).toBe(true);
    await client.close();
  });

  it('reaches a folder below /root', async () => {
    const below = `/root/cc-mcp-test-${process.pid}`;
    mkdirSync(below);
    chownSync(below, 1234, 1235);
    try {
      const { code, stderr } = await user.cc(['install', 'filesystem', '--name', 'below-root', '--project', '--yes', `--allow-write=${below}`]);
      expect([code, stderr]).toEqual([0, expect.anything()]);
      const client = await user.connect('below-root');
      await callText(client, 'write_file', { path: join(below, 'x.txt'), content: 'x' });
      expect(readFileSync(join(below, 'x.txt'), 'utf8')).toBe('x');
      await client.close();
    } finally {
      execFileSync('rm', ['-rf', below]);
    }
  });

  it.each(['/', '/etc', '/proc/self', '/var/run/docker.sock', '/run', '~', '~/.ssh', '~/.cc-mcp', '~/.claude.json', './link', './notes/../../.ssh', '//etc//passwd'])('refuses %s by flag and by --volume, before anything is created', async (path) => {
    mkdirSync(join(user.home, '.ssh'), { recursive: true });
    if (!existsSync(join(user.folder, 'link'))) symlinkSync(join(user.home, '.ssh'), join(user.folder, 'link'));
    writeFileSync(join(user.home, '.claude.json'), '{}');
    for (const flags of [[`--allow-read=${path}`], [`--allow-write=${path}`], ['--volume', `${path}:/data`]]) {
      const { code, envelope } = await user.json(['install', 'memory', '--name', 'refused', '--yes', ...flags]);
      expect([flags, code, envelope.error?.code]).toEqual([flags, 5, 'REFUSED']);
      expect(envelope.error.message).not.toContain('\n');
    }
  });

  it.each(['~/.ssh', '../.ssh', './link', '/', '/var/run/docker.sock'])('refuses %s when the manifest asks for it, also when the user would agree', async (path) => {
    const manifest = join(user.folder, 'mcp.json');
    if ((await user.json(['status'])).envelope.result.servers.every(({ name }: { name: string }) => name !== 'asks')) {
      expect((await user.cc(['install', 'everything', '--name', 'asks', '--project', '--yes'])).code).toBe(0);
    }
    const before = readFileSync(manifest, 'utf8');
    for (const ask of [{ permissions: { read: [path] } }, { permissions: { write: [path] } }, { docker: { volumes: { [path]: '/data' } } }]) {
      const value = JSON.parse(before) as { mcpServers: { asks: Record<string, Record<string, unknown>> } };
      for (const [key, part] of Object.entries(ask)) value.mcpServers.asks[key] = { ...value.mcpServers.asks[key], ...part };
      writeFileSync(manifest, JSON.stringify(value));
      const { code, envelope } = await user.json(['approve', 'asks', '--yes']);
      expect([ask, code, envelope.error?.code]).toEqual([ask, 5, 'REFUSED']);
      await expect(user.connect('asks')).rejects.toThrow();
    }
    writeFileSync(manifest, before);
  });

  it.each([
    ['[F48] more CPUs than there are', ['--cpus', '640'], 'INVALID_VALUE', /^--cpus 640 is more than the engine has, \d+$/],
    ['[F48] more memory than there is', ['--memory', '9000g'], 'INVALID_VALUE', /^--memory 9000g is more than the engine has, [\d.]+ GiB$/],
    ['[F48] less memory than works', ['--memory', '4m'], 'INVALID_VALUE', /^--memory 4m is below the engine's least, 6m$/],
    ['[F49] a folder that is not there', ['--allow-read=./not-there'], 'FILE_NOT_FOUND', /not-there does not exist/],
    ['[F49] a folder that its user cannot write', ['--allow-write=./closed'], 'REFUSED', /closed/],
  ])('%s is refused before anything is made', async (_, flags, code, message) => {
    mkdirSync(join(user.folder, 'closed'), { recursive: true, mode: 0o700 });
    const { code: exit, envelope } = await user.json(['install', 'memory', '--name', 'not-made', '--yes', ...flags]);
    expect([exit, envelope.error]).toEqual([expect.any(Number), expect.objectContaining({ code, message: expect.stringMatching(message) })]);
    expect(exit).toBeGreaterThan(1);
    expect(existsSync(join(user.folder, 'not-there'))).toBe(false);
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=io.cc-mcp.server=not-made')).toBe('');
  });

  it('does not let a symlink through that was swapped in after the check', async () => {
    const shared = join(user.folder, 'shared');
    mkdirSync(shared);
    chownSync(shared, 1234, 1235);
    writeFileSync(join(user.home, '.ssh', 'secret'), 'private');
    const { code, stderr } = await user.cc(['install', 'filesystem', '--name', 'swapped', '--project', '--yes', '--allow-read=./shared']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    execFileSync('rm', ['-r', shared]);
    symlinkSync(join(user.home, '.ssh'), shared);
    await expect(user.connect('swapped')).rejects.toThrow(/cannot be granted|\.ssh/);
  });
});
