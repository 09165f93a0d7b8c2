import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/run-client.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, homeIdOf, userHome } from '../support/user-home.ts';

describe('[M7] two projects and a worktree of one of them, with one server name and different settings', () => {
  let user: UserHome;
  const memory = { one: 200, 'one-tree': 220, two: 240 };
  beforeAll(async () => {
    user = await userHome();
    const one = join(user.folder, 'one');
    const git = (...args: string[]): void => void execFileSync('git', ['-C', one, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { stdio: 'ignore' });
    for (const project of ['one', 'two']) mkdirSync(join(user.folder, project));
    git('init');
    writeFileSync(join(one, 'README'), 'one');
    git('add', 'README');
    git('commit', '--message', 'one');
    git('worktree', 'add', join(user.folder, 'one-tree'));
    execFileSync('git', ['-C', join(user.folder, 'two'), 'init'], { stdio: 'ignore' });
    for (const [project, megabytes] of Object.entries(memory)) {
      const { code, stderr } = await user.cc(['install', 'everything', '--project', '--enable', '--yes', '--memory', `${megabytes}m`, '--env', `PROJECT=${project}`], { cwd: join(user.folder, project) });
      expect([project, code], stderr).toEqual([project, 0]);
    }
  });
  afterAll(() => user[Symbol.asyncDispose]());

  const tokens = (role: 'standby' | 'session'): string[] => readdirSync(join(user.ccMcpHome, 'run', role)).filter((name) => !name.startsWith('.')).map((name) => name.split('.')[2] ?? '').sort();
  const warm = (): Promise<string[]> => eventually('three standbys and nothing else', async () => {
    const waiting = tokens('standby');
    const containers = (await docker('ps', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).split('\n').filter(Boolean);
    return waiting.length === 3 && containers.length === 3 ? waiting : undefined;
  }, 60_000);

  it('run at once, each with its own settings, each from its own standby, twice over', async () => {
    for (const round of [1, 2]) {
      const waiting = await warm();
      const clients = await Promise.all(Object.keys(memory).map((project) => user.connect('everything', { cwd: join(user.folder, project) })));
      const seen = await Promise.all(clients.map((client) => callText(client, 'get-env', {})));
      expect(seen.map((text) => (JSON.parse(text.slice(text.indexOf('{'))) as Record<string, string>)['PROJECT'])).toEqual(Object.keys(memory));
      expect([round, tokens('session')]).toEqual([round, waiting]);
      const ids = await Promise.all(waiting.map((token) => docker('ps', '--quiet', '--filter', `label=io.cc-mcp.token=${token}`)));
      const limits = await Promise.all(ids.map(async (id) => Number(await docker('inspect', '--format', '{{.HostConfig.Memory}}', id)) / 1024 ** 2));
      expect(limits.sort()).toEqual(Object.values(memory));
      const manifests = await Promise.all(ids.map((id) => docker('inspect', '--format', '{{index .Config.Labels "io.cc-mcp.manifest"}}', id)));
      expect(new Set(manifests).size).toBe(3);
      await Promise.all(clients.map((client) => client.close()));
    }
  });
});
