import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll } from '../support/own-servers.ts';
import { writePlainServer } from '../support/plain-server.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, userHome } from '../support/user-home.ts';

test('[N2] [F28] [F29] a tag that moved leaves a colleague the pinned commit; when that was force-pushed away he is refused in one line, and who has its image runs on', async () => {
  await using user = await userHome();
  await using colleague = await userHome();
  const repository = join(user.home, 'repository');
  const git = (...given: string[]): string => execFileSync('git', given, { cwd: repository, encoding: 'utf8' }).trim();
  const pinned = version('pinned');
  git('tag', 'v1');
  const installed = await user.json(['install', `git+file://${repository}@v1`, '--name', 'pinned', '--global', '--yes']);
  expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { version: pinned } });

  const moved = version('moved');
  git('tag', '--force', 'v1');
  expect(moved).not.toBe(pinned);
  await copyManifest(user, colleague);
  expect((await user.cc(['uninstall', '--all', '--yes'])).code).toBe(0);
  const again = await colleague.json(['install', '--frozen', '--global', '--yes']);
  expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { servers: [{ outcome: 'installed', version: pinned, built: true }] } });
  expect(await says(colleague)).toMatch(/^pinned/);

  git('checkout', '--quiet', '--orphan', 'rewritten');
  version('rewritten');
  git('branch', '-D', 'main');
  git('tag', '--delete', 'v1');
  git('reflog', 'expire', '--expire=now', '--all');
  git('gc', '--quiet', '--prune=now');
  expect(await says(colleague)).toMatch(/^pinned/);
  const manifest = readFileSync(join(colleague.ccMcpHome, 'mcp.json'), 'utf8');
  await copyManifest(colleague, user);
  expect((await colleague.cc(['uninstall', '--all', '--yes'])).code).toBe(0);
  const refused = await user.json(['install', '--frozen', '--global', '--yes']);
  expect(JSON.stringify(refused.envelope)).toContain(`does not have the commit ${pinned} any more`);
  expect(refused.code).not.toBe(0);
  expect(readFileSync(join(user.ccMcpHome, 'mcp.json'), 'utf8')).toBe(manifest);

  /** A server that says so, committed. */
  function version(words: string): string {
    writePlainServer(repository, `${words} ${randomUUID()}`);
    return commitAll(repository);
  }
}, 600_000);

async function copyManifest(from: UserHome, to: UserHome): Promise<void> {
  for (const name of ['mcp.json', 'mcp.lock.json', 'mcp.lock.d']) cpSync(join(from.ccMcpHome, name), join(to.ccMcpHome, name), { recursive: true });
}

async function says(user: UserHome): Promise<string> {
  const client = await user.connect('pinned');
  const answer = await callText(client, 'echo', {});
  await client.close();
  return answer;
}
