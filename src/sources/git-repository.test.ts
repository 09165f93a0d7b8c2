import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRepository } from './git-repository.ts';
import type { GitPlace } from './git-repository.ts';

const IDENTITY = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', '-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main'];

interface Repository {
  readonly folder: string;
  readonly address: string;
  git(...given: string[]): string;
  write(path: string, content: string): void;
  /** Commits everything, and gives the commit. */
  commit(): string;
  read(place?: Partial<GitPlace>): ReturnType<typeof readRepository>;
}

function repository(): Repository {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-repository-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...given: string[]): string => execFileSync('git', [...IDENTITY, ...given], { cwd: folder, env: environment, encoding: 'utf8' }).trim();
  git('init', '--quiet');
  return {
    folder, address: `file://${folder}`, git,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', 'x');
      return git('rev-parse', 'HEAD');
    },
    read: (place = {}) => readRepository({ address: `file://${folder}`, ref: undefined, path: undefined, credentials: true, environment: process.env, ...place }),
  };
}

const texts = (files: Awaited<ReturnType<Repository['read']>>['files']): Record<string, string> => Object.fromEntries(files.map(({ path, content }) => [path, new TextDecoder().decode(content)]));

test('[N1] reads the default branch, a branch, a tag, a commit and a subfolder, without what belongs to nobody else', async () => {
  const { write, commit, git, read } = repository();
  write('package.json', '{}');
  write('.env', 'SECRET=1');
  write('sub/a b/ä.txt', 'inner');
  const first = commit();
  git('tag', '-a', 'v1', '-m', 'x');
  git('checkout', '--quiet', '-b', 'feature/x');
  write('package.json', '{"name":"feature"}');
  const second = commit();
  git('checkout', '--quiet', 'main');
  expect(await read()).toMatchObject({ commit: first });
  expect(texts((await read({ ref: 'v1' })).files)).toEqual({ 'package.json': '{}', 'sub/a b/ä.txt': 'inner' });
  expect((await read({ ref: 'v1' })).commit).toBe(first);
  expect(await read({ ref: 'feature/x' })).toMatchObject({ commit: second });
  expect(texts((await read({ ref: second })).files)['package.json']).toBe('{"name":"feature"}');
  expect(texts((await read({ path: 'sub' })).files)).toEqual({ 'a b/ä.txt': 'inner' });
  await expect(read({ path: 'none' })).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND' });
});

test('[N2] [F28] a tag that moved gives its pinned commit; one that was force-pushed away and cleaned up is refused with one line', async () => {
  const { write, commit, git, read } = repository();
  write('a', '1');
  const pinned = commit();
  git('tag', 'v1');
  write('a', '2');
  const moved = commit();
  git('tag', '--force', 'v1');
  expect(await read({ ref: 'v1' })).toMatchObject({ commit: moved });
  expect(texts((await read({ ref: pinned })).files)).toEqual({ a: '1' });
  git('checkout', '--quiet', '--orphan', 'other');
  write('a', '3');
  commit();
  git('branch', '-D', 'main');
  git('tag', '-d', 'v1');
  git('reflog', 'expire', '--expire=now', '--all');
  git('gc', '--quiet', '--prune=now');
  await expect(read({ ref: pinned })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND', message: expect.stringContaining(pinned) });
});

test('[N2] a ref that is not there, a place that is no repository, and one that looks like an option', async () => {
  const { write, commit, read, folder } = repository();
  write('a', '1');
  commit();
  const mark = join(folder, 'was-here');
  await expect(read({ ref: 'nope' })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND', exitCode: 3 });
  await expect(read({ ref: `--upload-pack=touch ${mark}` })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  await expect(read({ address: 'file:///nonexistent/repo' })).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND' });
  await expect(read({ address: `--upload-pack=touch ${mark}` })).rejects.toMatchObject({ exitCode: expect.any(Number) as number });
  await expect(read({ address: `ext::sh -c touch% ${mark}` })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  expect(existsSync(mark)).toBe(false);
});

test('[N2] [F32] hooks, filters, attributes and submodules do nothing here: files are as the repository keeps them', async () => {
  const { write, commit, git, read, folder } = repository();
  const mark = join(folder, 'was-here');
  const hook = `#!/bin/sh\ntouch ${mark}\n`;
  for (const name of ['post-checkout', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman']) {
    write(`.git/hooks/${name}`, hook);
    chmodSync(join(folder, '.git/hooks', name), 0o755);
  }
  write('.gitattributes', '* filter=evil export-subst\nsecret.txt export-ignore\n');
  write('secret.txt', '$Format:%H$');
  write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${mark}\n`);
  commit();
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},x`);
  git('commit', '--quiet', '-m', 'x');
  rmSync(mark, { force: true });
  git('config', 'filter.evil.smudge', `touch ${mark}; cat`);
  git('config', 'filter.evil.process', `touch ${mark}`);
  // What serves a repository of this machine reads that repository's own configuration.
  git('config', 'uploadpack.packObjectsHook', `touch ${mark};`);
  git('config', 'core.fsmonitor', `touch ${mark}`);
  git('config', 'core.sshCommand', `touch ${mark};`);
  const configured = { ...process.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'filter.evil.smudge', GIT_CONFIG_VALUE_0: `touch ${mark}` };
  const { files } = await read({ environment: configured });
  expect(texts(files)).toMatchObject({ 'secret.txt': '$Format:%H$' });
  expect(files.map(({ path }) => path)).not.toContain('x');
  expect(existsSync(mark)).toBe(false);
});

test('[N2] [F32] a link inside is the file that it names; one to /etc/passwd is refused by its name', async () => {
  const { write, commit, read, folder } = repository();
  write('real.txt', 'real');
  symlinkSync('../real.txt', join(mkdirAt(folder, 'sub'), 'link.txt'));
  commit();
  expect(texts((await read()).files)).toEqual({ 'real.txt': 'real', 'sub/link.txt': 'real' });
  symlinkSync('/etc/passwd', join(folder, 'users'));
  commit();
  await expect(read()).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining('users') });
});

function mkdirAt(folder: string, name: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
}

test('[N2] a remote that never answers is given up at the deadline, and so is one when the user does', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const place = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/repo`, ref: undefined, path: undefined, credentials: false, environment: process.env };
  await expect(readRepository(place, undefined, { ask: 1000, fetch: 1000 })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', message: expect.stringContaining('did not end') });
  const controller = new AbortController();
  const reason = new Error('enough');
  server.once('connection', () => controller.abort(reason));
  await expect(readRepository(place, controller.signal)).rejects.toBe(reason);
});
