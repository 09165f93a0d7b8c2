import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCli } from '../support/installed-cli.ts';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

const INITIALIZE = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } } })}\n`;

/** What a client sees: the first line that answers its first request, and run's exit code. */
async function firstAnswer(user: UserHome, name: string): Promise<{ code: number; answer: { error?: { message: string }; result?: unknown } }> {
  const { bin, node } = await installedCli();
  const child = spawn(node, [bin, 'run', name], { cwd: user.folder, env: { HOME: user.home, PATH: process.env['PATH'] }, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  child.stdin.write(INITIALIZE);
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  child.stdin.end();
  const [code] = (await exited) as [number];
  return { code, answer: JSON.parse(text.split('\n')[0] ?? '') as { error?: { message: string } } };
}

describe('[M17] a manifest that came with a repository', () => {
  let user: UserHome;
  let manifest = '';
  let agreed = '';
  beforeAll(async () => {
    user = await userHome();
    mkdirSync(join(user.folder, '.git'));
    manifest = join(user.folder, 'mcp.json');
    const { code, stderr } = await user.cc(['install', 'everything', '--project', '--yes', '--memory', '256m', '--env', 'MODE=quiet']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    agreed = readFileSync(manifest, 'utf8');
    expect((await firstAnswer(user, 'everything')).answer.result).toBeDefined();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  type Entry = { docker: Record<string, unknown>; permissions?: Record<string, unknown> };
  function edit(change: (entry: Entry) => void): void {
    const value = JSON.parse(agreed) as { mcpServers: { everything: Entry } };
    change(value.mcpServers.everything);
    writeFileSync(manifest, JSON.stringify(value, null, 2));
  }
  async function containers(): Promise<string[]> {
    return (await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).split('\n').filter(Boolean);
  }

  it.each<[string, (entry: Entry) => void]>([
    ['another image', (entry) => { entry.docker['image'] = 'cc-mcp-base/node:24'; }],
    ['other arguments', (entry) => { entry.docker['args'] = ['--evil']; }],
    ['a mount', (entry) => { entry.docker['volumes'] = { './': '/stolen' }; }],
    ['a permission to read', (entry) => { entry.permissions = { ...entry.permissions, read: ['.'] }; }],
    ['the network', (entry) => { entry.permissions = { ...entry.permissions, net: true }; }],
    ['another network', (entry) => { entry.docker['network'] = 'bridge2'; }],
    ['somebody else\'s secret', (entry) => { entry.docker['environment'] = { MODE: '${secret:API_TOKEN}' }; }],
    ['a variable of mine', (entry) => { entry.docker['environment'] = { MODE: '${HOME}' }; }],
    ['more memory', (entry) => { entry.docker['limits'] = { memory: '1g' }; }],
  ])('that asks for %s creates nothing, and the first request is answered with what to type', async (_, change) => {
    edit(change);
    const before = await containers();
    const { code, answer } = await firstAnswer(user, 'everything');
    expect(answer.error?.message).toMatch(/cc-mcp (approve|install|uninstall) |chown /);
    expect(answer.error?.message).not.toContain('\n');
    expect(code).toBe(5);
    expect(await containers()).toEqual(before);
  });

  it('that names a server which was never installed is answered so too', async () => {
    const value = JSON.parse(agreed) as { mcpServers: Record<string, unknown> };
    value.mcpServers['fresh'] = { mode: 'docker', docker: { image: 'cc-mcp-base/node:24' } };
    writeFileSync(manifest, JSON.stringify(value));
    const { code, answer } = await firstAnswer(user, 'fresh');
    expect([code, answer.error?.message]).toEqual([5, expect.stringMatching(/cc-mcp (approve|install) /)]);
  });

  it('runs after approve', async () => {
    edit((entry) => { entry.docker['limits'] = { memory: '300m' }; });
    expect((await user.cc(['approve', 'everything'])).code).toBe(5);
    const { code, stdout, stderr } = await user.cc(['approve', 'everything', '--yes']);
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining('memory')]);
    expect((await firstAnswer(user, 'everything')).answer.result).toBeDefined();
  });

  it('that only narrows works at once', async () => {
    edit((entry) => { entry.docker['limits'] = { memory: '128m', pids: 64 }; entry.docker['environment'] = {}; });
    expect((await firstAnswer(user, 'everything')).answer.result).toBeDefined();
  });

  it('that others can write is refused', async () => {
    writeFileSync(manifest, agreed);
    chmodSync(manifest, 0o666);
    const { answer } = await firstAnswer(user, 'everything');
    const status = await user.json(['status']);
    chmodSync(manifest, 0o644);
    expect(answer.error?.message).toMatch(/other users|chmod/);
    expect(status.envelope).toMatchObject({ ok: false });
  });

  it('cannot steer the host by an .npmrc, uv.toml or git configuration beside it', async () => {
    writeFileSync(join(user.folder, '.npmrc'), 'registry=http://127.0.0.1:9/${HOME}/\n');
    writeFileSync(join(user.folder, 'uv.toml'), 'index-url = "http://127.0.0.1:9/simple"\n');
    mkdirSync(join(user.folder, '.git'), { recursive: true });
    writeFileSync(join(user.folder, '.git/config'), '[core]\n\tfsmonitor = touch /tmp/cc-mcp-pwned\n');
    const { code, stderr } = await user.cc(['install', 'npm:@modelcontextprotocol/server-sequential-thinking', '--project', '--yes']);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('127.0.0.1:9')]);
    expect(existsSync('/tmp/cc-mcp-pwned')).toBe(false);
  });
});
