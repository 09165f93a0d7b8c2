import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installResult } from '../../schemas/source/install.ts';
import { callText, docker, homeIdOf, userHome } from '../support/user-home.ts';
import type { Envelope, UserHome } from '../support/user-home.ts';

const FILES = ['mcp.json', 'mcp.lock.json', 'mcp.lock.d'];
/** A version that no other test installs: its image is there as long as somebody of this file has it. */
const PACKAGE = 'npm:@modelcontextprotocol/server-sequential-thinking@2025.12.18';

function committed(folder: string): Record<string, string> {
  const below = readdirSync(join(folder, 'mcp.lock.d')).map((name) => `mcp.lock.d/${name}`);
  return Object.fromEntries([...FILES.slice(0, 2), ...below].map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

// A test writes what nobody's types allow.
// oxlint-disable-next-line typescript/no-explicit-any
function editJson(path: string, edit: (value: any) => void): void {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  edit(value);
  writeFileSync(path, JSON.stringify(value, null, 2));
}

const serversOf = ({ result }: Envelope): Record<string, Record<string, unknown>> => Object.fromEntries((result.servers as { server: string }[]).map((each) => [each.server, each]));

/** What is committed, and stays when the author uninstalls. */
const repositoryOf = (author: UserHome): string => join(author.home, 'repository');

describe('[M2] [M17] install without a reference', () => {
  let author: UserHome;
  let recipe: string;
  let image: string;

  /** A colleague with a fresh clone. */
  async function colleague(): Promise<UserHome> {
    const user = await userHome();
    mkdirSync(join(user.folder, '.git'));
    for (const name of FILES) cpSync(join(repositoryOf(author), name), join(user.folder, name), { recursive: true });
    return user;
  }

  beforeAll(async () => {
    author = await userHome();
    mkdirSync(join(author.folder, '.git'));
    const first = await author.json(['install', PACKAGE, '--project', '--name', 'thinking', '--yes']);
    expect(first.envelope, first.stderr).toMatchObject({ ok: true });
    ({ recipe, image } = first.envelope.result as { recipe: string; image: string });
    const second = await author.json(['install', 'everything', '--project', '--env', 'GREETING=hello', '--env', 'API_TOKEN=canary-token-7', '--yes']);
    expect(second.envelope, second.stderr).toMatchObject({ ok: true });
    cpSync(author.folder, repositoryOf(author), { recursive: true });
  });
  afterAll(() => author[Symbol.asyncDispose]());

  it('asks once for all, and gives a colleague the same images without changing a committed file', async () => {
    await using user = await colleague();
    const before = committed(user.folder);
    const asked = await user.json(['install']);
    expect([asked.code, asked.envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONSENT_NEEDED', message: expect.stringMatching(/2 servers .*npm:@modelcontextprotocol\/server-sequential-thinking@.*npm:@modelcontextprotocol\/server-everything@/) })]);
    const plan = await user.json(['install', '--dry-run']);
    expect(Object.values(serversOf(plan.envelope)).map(({ outcome }) => outcome)).toEqual(['planned', 'planned']);

    const { code, envelope, stderr } = await user.json(['install', '--frozen', '--yes']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(installResult.safeParse(envelope.result).success).toBe(true);
    expect(serversOf(envelope)).toMatchObject({
      thinking: { outcome: 'installed', built: false, recipe, image, missing: [] }, everything: { outcome: 'installed', built: false, missing: ['API_TOKEN'] },
    });
    expect(committed(user.folder)).toEqual(before);
    const client = await user.connect('thinking');
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('sequentialthinking');
    await client.close();

    const again = await user.json(['install', '--frozen']);
    expect(serversOf(again.envelope)).toMatchObject({ thinking: { outcome: 'up-to-date' }, everything: { outcome: 'up-to-date' } });
    const given = await user.json(['install', 'everything', '--env', 'API_TOKEN=mine', '--yes']);
    expect(given.envelope, given.stderr).toMatchObject({ ok: true, result: { outcome: 'updated' } });
    const enabled = await user.json(['install', '--enable']);
    expect(serversOf(enabled.envelope)).toMatchObject({ thinking: { enabled: true }, everything: { enabled: true } });
    const everything = await user.connect('everything');
    expect(await callText(everything, 'get-env', {})).toMatch(/"GREETING": "hello"/);
    expect(await callText(everything, 'get-env', {})).not.toContain('canary-token-7');

    // What is committed and what runs drift apart: both are said, and what runs goes on.
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => { mcpServers.thinking.source.version = '0.0.1'; });
    rmSync(join(user.folder, 'mcp.lock.d/everything.package-lock.json'));
    const drifted = await user.json(['status']);
    const problems = Object.fromEntries((drifted.envelope.result.servers as { name: string; problems: string[] }[]).map((each) => [each.name, each.problems]));
    expect(problems).toMatchObject({
      thinking: expect.arrayContaining([expect.stringMatching(/^mcp\.json asks for 0\.0\.1, the lock has 20[\d.]+: cc-mcp install$/)]),
      everything: expect.arrayContaining(['everything.package-lock.json is missing from mcp.lock.d: cc-mcp install']),
    });
    expect((await user.cc(['doctor'])).stdout).toContain('mcp.json asks for 0.0.1');
  });

  it('builds the locked tree where no engine has the image, and comes to the same recipe', async () => {
    await using user = await colleague();
    rmSync(join(user.folder, 'mcp.lock.d/everything.package-lock.json'));
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => delete mcpServers.everything);
    expect((await author.cc(['uninstall', 'thinking', '--yes'])).code).toBe(0);
    expect(await docker('images', '--quiet', '--no-trunc', '--filter', 'reference=cc-mcp/thinking')).not.toContain(image);
    const { envelope, stderr } = await user.json(['install', '--frozen', '--yes']);
    expect(serversOf(envelope), stderr).toMatchObject({ thinking: { outcome: 'installed', built: true, recipe } });
    expect(stderr).not.toContain('Downloading');
  });

  it('--frozen refuses what the lock does not have, or has otherwise; without it that is resolved anew', async () => {
    await using user = await colleague();
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => {
      mcpServers.thinking.source.version = '0.0.1';
      mcpServers.other = { mode: 'docker', source: { type: 'npm', package: '@modelcontextprotocol/server-memory' } };
    });
    const before = committed(user.folder);
    const { code, envelope } = await user.json(['install', '--frozen', '--yes']);
    expect([code, envelope.error.code]).toEqual([5, 'LOCK_INVALID']);
    expect(envelope.error.message).toMatch(/thinking: mcp\.json asks for 0\.0\.1, the lock has 20.*other: it is not in mcp\.lock\.json/);
    expect(committed(user.folder)).toEqual(before);
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => { delete mcpServers.thinking; delete mcpServers.everything; });
    const anew = await user.json(['install', '--yes']);
    expect(serversOf(anew.envelope), anew.stderr).toMatchObject({ other: { outcome: 'installed' } });
    expect(JSON.parse(readFileSync(join(user.folder, 'mcp.lock.json'), 'utf8')).servers).toHaveProperty('other');
    expect((await user.json(['install', '--frozen'])).envelope.result.servers).toMatchObject([{ server: 'other', outcome: 'up-to-date' }]);
  });

  it('a server that fails does not stop the others: exit 6, and nothing of it is left', async () => {
    await using user = await colleague();
    editJson(join(user.folder, 'mcp.lock.json'), ({ servers }) => { servers.thinking.recipe = '0'.repeat(64); });
    const { code, envelope } = await user.json(['install', '--yes']);
    expect([code, envelope.ok]).toEqual([6, true]);
    expect(serversOf(envelope)).toMatchObject({ thinking: { outcome: 'failed', error: { code: 'LOCK_INVALID' } }, everything: { outcome: 'installed' } });
    expect(await docker('images', '--quiet', '--filter', `reference=cc-mcp/used-by:${(await homeIdOf(user)).slice(0, 8)}-*-thinking`)).toBe('');
  });

  it('a project cannot ask for a folder outside of it, and scripts have a consent of their own', async () => {
    await using user = await colleague();
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => { mcpServers.thinking.permissions = { read: [user.home] }; });
    expect((await user.json(['install', '--yes'])).envelope.error).toMatchObject({ code: 'REFUSED' });
    editJson(join(user.folder, 'mcp.json'), ({ mcpServers }) => { mcpServers.thinking.permissions = { scripts: true }; });
    expect((await user.json(['install', '--yes'])).envelope.error).toMatchObject({ code: 'CONSENT_NEEDED', suggestions: [expect.stringContaining('--allow-scripts')] });
    expect(await docker('images', '--quiet', '--filter', `reference=cc-mcp/used-by:${(await homeIdOf(user)).slice(0, 8)}-*`)).toBe('');
  });

  it('without a manifest, or with nothing to install, says what to type', async () => {
    await using user = await userHome();
    expect((await user.json(['install'])).envelope.error).toMatchObject({ code: 'SERVER_NOT_FOUND' });
    writeFileSync(join(user.folder, 'mcp.json'), '{ "mcpServers": { "x": { "command": "npx" } } }');
    expect((await user.json(['install', '--project'])).envelope.error).toMatchObject({ code: 'SERVER_NOT_FOUND', suggestions: ['cc-mcp install REFERENCE'] });
  });
});
