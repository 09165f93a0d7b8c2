import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { callText, docker, readJson, userHome } from '../support/user-home.ts';

const run = promisify(execFile);

async function repository(folder: string): Promise<string> {
  const path = join(folder, 'repo');
  await mkdir(path);
  await writeFile(join(path, 'hello.txt'), 'bonjour\n');
  const git = (...args: string[]): Promise<unknown> => run('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'Say bonjour');
  // git refuses a repository that is not its user's, and no server runs as root.
  if (process.getuid?.() === 0) await run('chown', ['-R', '1234:1235', path]);
  return path;
}

test('[N5] mcp-server-git without git names the flag, and works with it; a colleague gets the same from the lock', async () => {
  await using user = await userHome();
  const path = await repository(user.folder);

  const without = await user.json(['install', 'pypi:mcp-server-git', '--project', '--yes']);
  expect(without.code, without.stderr).toBe(8);
  expect(without.envelope.error).toMatchObject({ code: 'GATE_FAILED', message: expect.stringContaining('it needs the program git, which its image does not have') });
  expect(without.envelope.error.suggestions).toContain('Install it with --system-package git');

  const planned = await user.json(['install', 'pypi:mcp-server-git', '--project', '--system-package', 'git', '--dry-run']);
  expect(planned.envelope.result.plan.code).toContainEqual({ what: 'system package', name: 'git', origin: 'your --system-package' });
  const installed = await user.json(['install', 'pypi:mcp-server-git', '--project', '--yes', '--system-package', 'git', '--allow-read', './repo']);
  expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
  const { image, recipe } = installed.envelope.result;
  expect(await readJson(join(user.folder, 'mcp.json'))).toMatchObject({ mcpServers: { 'mcp-server-git': { source: { systemPackages: ['git'] } } } });
  expect(await readJson(join(user.folder, 'mcp.lock.json'))).toMatchObject({ servers: { 'mcp-server-git': { systemPackages: ['git'], template: { name: 'python', version: '1' }, recipe } } });
  const client = await user.connect('mcp-server-git');
  expect(await callText(client, 'git_log', { repo_path: path, max_count: 1 })).toContain('Say bonjour');
  await client.close();
  const left = await docker('run', '--rm', '--network', 'none', '--label', 'org.cc-mcp.test=1', '--entrypoint', 'sh', image, '-c', 'id -u; ls -A /tmp /var/lib/apt/lists /var/cache/apt /var/log');
  expect(left.split('\n')[0]).toBe('10001');
  expect(left).not.toMatch(/cc-mcp|ca\.crt|ca\.pem|_Packages|\.bin|dpkg\.log|InRelease/);

  await using colleague = await userHome();
  for (const name of ['mcp.json', 'mcp.lock.json']) await copyFile(join(user.folder, name), join(colleague.folder, name));
  await cp(join(user.folder, 'mcp.lock.d'), join(colleague.folder, 'mcp.lock.d'), { recursive: true });
  await mkdir(join(colleague.folder, 'repo'));
  const followed = await colleague.json(['install', '--frozen', '--yes']);
  expect(followed.envelope, followed.stderr).toMatchObject({ ok: true, result: { servers: [{ outcome: 'installed', recipe, image }] } });

  const unknown = await user.json(['install', 'pypi:mcp-server-git', '--name', 'other', '--project', '--yes', '--system-package', 'no-such-program']);
  expect(unknown.code, unknown.stderr).toBe(7);
  expect(unknown.envelope.error).toMatchObject({ code: 'BUILD_FAILED', message: 'The distribution of the base image has no package no-such-program' });
}, 420_000);
