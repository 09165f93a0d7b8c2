import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCli } from '../support/installed-cli.ts';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

/** Words on stderr that say that a step has begun. */
const STEPS: readonly [string, RegExp][] = [
  ['resolve', /Looking up/], ['fetch', /Downloading/], ['build', /Building/], ['gate', /tests|Connection|Running/], ['commit', /Capabilities test|Capabilit/],
];

describe('[M13] an interrupted install', () => {
  let user: UserHome;
  let before: Record<string, string>;
  const files = (): Record<string, string> => Object.fromEntries(['mcp.json', 'mcp.lock.json', 'approvals.json'].map((name) => {
    const path = join(user.ccMcpHome, name);
    return [name, existsSync(path) ? readFileSync(path, 'utf8') : ''];
  }));
  beforeAll(async () => {
    user = await userHome();
    expect((await user.cc(['install', 'memory', '--yes'])).code).toBe(0);
    before = files();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  /** Starts an install, sends the signal once the step has begun, and gives its exit code and how long it took to end. */
  async function interrupt(step: RegExp, signal: 'SIGINT' | 'SIGKILL', name: string): Promise<{ code: number | null; milliseconds: number; reached: boolean }> {
    const { bin, node } = await installedCli();
    // An override of its own makes each build its own: nothing is there already.
    const child = spawn(node, [bin, 'install', 'npm:@modelcontextprotocol/server-sequential-thinking', '--name', name, '--yes', '--override', `chalk@5.${name.length % 4}.0`], {
      cwd: user.folder, env: { HOME: user.home, PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'], SSL_CERT_FILE: process.env['SSL_CERT_FILE'] }, stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    let sent = 0;
    const exited = once(child, 'exit');
    child.stderr.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (sent === 0 && step.test(text)) {
        sent = performance.now();
        child.kill(signal);
      }
    });
    const [code] = (await exited) as [number | null];
    return { code, milliseconds: performance.now() - sent, reached: sent > 0 };
  }

  it.each(STEPS.flatMap(([step, words]) => (['SIGINT', 'SIGKILL'] as const).map((signal) => [step, signal, words] as const)))('at %s by %s leaves the files as before or complete; the next command cleans up and a repeat succeeds', async (step, signal, words) => {
    const name = `cut-${step}-${signal.toLowerCase()}`;
    const { code, milliseconds, reached } = await interrupt(words, signal, name);
    expect(reached).toBe(true);
    if (signal === 'SIGINT' && code !== 0) expect([code, milliseconds < 8000]).toEqual([130, true]);
    expect((await user.cc(['prune', '--yes'])).code).toBe(0);
    const complete = files()['mcp.json']?.includes(name) === true;
    if (!complete) expect(files()).toEqual(before);
    const home = await homeIdOf(user);
    expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${home}`)).toBe('');
    const again = await user.json(['install', 'npm:@modelcontextprotocol/server-sequential-thinking', '--name', name, '--yes', '--override', `chalk@5.${name.length % 4}.0`]);
    expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { outcome: complete ? 'already-installed' : 'installed' } });
    expect((await user.cc(['uninstall', name])).code).toBe(0);
    before = files();
  });
});
