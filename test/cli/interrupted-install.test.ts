import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCli } from '../support/installed-cli.ts';
import { startNpmRegistry } from '../support/npm-registry.ts';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

/** Words on stderr that say that a step has begun. */
const STEPS: readonly [string, RegExp][] = [
  ['resolve', /Looking up/], ['fetch', /Downloading/], ['build', /Building/], ['gate', /tests|Connection|Running/], ['commit', /Capabilities test|Capabilit/],
];

/** A package without dependencies: what is cut short here are our steps, and each of them is begun ten times over. */
const PACKAGE = `cut-server-${randomUUID()}`;
/** A version for each test, so that nothing of it is there already. */
const CASES = STEPS.flatMap(([step, words]) => (['SIGINT', 'SIGKILL'] as const).map((signal) => [step, signal, words] as const));

async function registry(): ReturnType<typeof startNpmRegistry> {
  const files = {
    'protocol.mjs': await readFile(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), 'utf8'),
    'server.mjs': "#!/usr/bin/env node\nimport { serve, text } from './protocol.mjs';\nserve({ 'tools/call': () => text('here') });\n",
  };
  return startNpmRegistry(() => CASES.map((_, index) => ({ name: PACKAGE, version: `1.${index}.0`, manifest: { type: 'module', bin: './server.mjs' }, files })));
}

describe('[M13] [F13] [F14] an interrupted install', () => {
  let user: UserHome;
  let packages: Awaited<ReturnType<typeof registry>>;
  let before: Record<string, string>;
  const files = (): Record<string, string> => Object.fromEntries(['mcp.json', 'mcp.lock.json', 'approvals.json'].map((name) => {
    const path = join(user.ccMcpHome, name);
    return [name, existsSync(path) ? readFileSync(path, 'utf8') : ''];
  }));
  beforeAll(async () => {
    user = await userHome();
    packages = await registry();
    expect((await user.cc(['install', 'memory', '--yes'])).code).toBe(0);
    before = files();
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await packages[Symbol.asyncDispose]();
  });
  const installation = (name: string, version: string): string[] => ['install', `npm:${PACKAGE}@${version}`, '--name', name, '--yes'];

  /** Starts an install, sends the signal once the step has begun, and gives its exit code and how long it took to end. */
  async function interrupt(step: RegExp, signal: 'SIGINT' | 'SIGKILL', args: readonly string[]): Promise<{ code: number | null; milliseconds: number; reached: boolean }> {
    const { bin, node } = await installedCli();
    const child = spawn(node, [bin, ...args], {
      cwd: user.folder, env: { HOME: user.home, PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'], SSL_CERT_FILE: process.env['SSL_CERT_FILE'], npm_config_registry: packages.address }, stdio: ['ignore', 'ignore', 'pipe'],
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

  it.each(CASES)('at %s by %s leaves the files as before or complete; the next command cleans up and a repeat succeeds', async (step, signal, words) => {
    const name = `cut-${step}-${signal.toLowerCase()}`;
    const args = installation(name, `1.${CASES.findIndex(([one, by]) => one === step && by === signal)}.0`);
    const { code, milliseconds, reached } = await interrupt(words, signal, args);
    expect(reached).toBe(true);
    if (signal === 'SIGINT' && code !== 0) expect([code, milliseconds < 8000]).toEqual([130, true]);
    expect((await user.cc(['prune', '--yes'])).code).toBe(0);
    const complete = files()['mcp.json']?.includes(name) === true;
    if (!complete) expect(files()).toEqual(before);
    const home = await homeIdOf(user);
    expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${home}`)).toBe('');
    expect((await user.json(['prune', '--yes'])).envelope.result.removed).toMatchObject({ containers: [], networks: [], volumes: [] });
    const again = await user.json(args, { env: { npm_config_registry: packages.address } });
    expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { outcome: complete ? 'already-installed' : 'installed' } });
    expect((await user.cc(['uninstall', name])).code).toBe(0);
    before = files();
  });
});
