import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecipeSource } from '../../src/store/recipe-source.ts';
import { cc } from '../support/installed-cli.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';

interface Container {
  readonly Id: string;
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: { readonly Memory: number; readonly PidsLimit: number };
}

describe('install of what is installed already', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    writeFileSync(join(user.folder, 'old.env'), 'API_TOKEN=first-canary-1\nLEVEL=one\n');
    writeFileSync(join(user.folder, 'new.env'), 'API_TOKEN=second-canary-2\n');
    const { code, stderr } = await user.cc(['install', 'everything', '--enable', '--yes', '--env-file', 'old.env', '--memory', '300m']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  });
  afterAll(() => user[Symbol.asyncDispose]());

  const standbys = async (server = 'everything'): Promise<readonly Container[]> => {
    const ids = await docker('ps', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`, '--filter', `label=io.cc-mcp.server=${server}`);
    return ids === '' ? [] : JSON.parse(await docker('inspect', ...ids.split('\n'))) as Container[];
  };
  const manifest = (): string => readFileSync(join(user.ccMcpHome, 'mcp.json'), 'utf8');

  it('changes nothing without flags, and says nothing of what an earlier run did', async () => {
    const [before, [standby]] = [manifest(), await standbys()];
    const { code, stdout, stderr } = await user.cc(['install', 'everything']);
    expect([code, stderr, stdout.split('\n')[0]]).toEqual([0, '', '✓ everything is already installed']);
    expect(stdout).not.toMatch(/Enabled|Restart/);
    expect(manifest()).toBe(before);
    expect((await standbys()).map(({ Id }) => Id)).toEqual([standby?.Id]);
  });

  it('changes nothing either when the flags say what is there', async () => {
    const { envelope } = await user.json(['install', 'everything', '--env-file', 'old.env', '--memory', '300m', '--enable']);
    expect(envelope).toMatchObject({ ok: true, result: { outcome: 'already-installed', changes: [], enabled: true, enabling: { outcome: 'already-enabled' } } });
  });

  it('shows with --dry-run what would change, and changes nothing', async () => {
    const before = manifest();
    const { code, stdout } = await user.cc(['install', 'everything', '--memory', '400m', '--dry-run']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n! Would update memory: 300m → 400m\nNothing was changed \(--dry-run\)\n$/)]);
    expect(manifest()).toBe(before);
  });

  it('applies another value of a secret: to the store, to a new standby, to the next session', async () => {
    const [before, [old]] = [manifest(), await standbys()];
    const { code, stdout, stderr } = await user.cc(['install', 'everything', '--env-file', 'new.env']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^✓ Updated environment: API_TOKEN\n/)]);
    expect(stdout).not.toMatch(/Enabled|Installed/);
    expect(stdout + stderr).not.toContain('canary');
    expect(manifest()).toBe(before);
    const [standby, ...more] = await standbys();
    expect(more).toEqual([]);
    expect(standby?.Id).not.toBe(old?.Id);
    expect(standby?.Config.Env).toEqual(expect.arrayContaining(['API_TOKEN=second-canary-2', 'LEVEL=one']));
    const client = await user.connect('everything');
    expect(await callText(client, 'get-env', {})).toContain('second-canary-2');
    await client.close();
  });

  it('applies plain values and limits, and keeps what no flag names', async () => {
    const { envelope, stderr } = await user.json(['install', 'everything', '--env', 'LEVEL=two', '--pids', '100']);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'updated', changes: ['environment: LEVEL', 'pids: 128 → 100'], enabled: true } });
    expect((await readJson(join(user.ccMcpHome, 'mcp.json')))['mcpServers']).toMatchObject({
      everything: { docker: { environment: { API_TOKEN: '${secret:API_TOKEN}', LEVEL: 'two' }, limits: { memory: '300m', pids: 100 } } },
    });
    const [standby] = await standbys();
    expect(standby).toMatchObject({ HostConfig: { Memory: 300 * 1024 ** 2, PidsLimit: 100 } });
    expect(standby?.Config.Env).toEqual(expect.arrayContaining(['API_TOKEN=second-canary-2', 'LEVEL=two']));
  });

  it('grants a folder more, and a network', async () => {
    const { envelope, stderr } = await user.json(['install', 'everything', '--allow-read', '.', '--allow-net', '--yes']);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'updated', changes: ['network: none → everything', `may read: ${user.folder}`] } });
    expect((await user.cc(['run', 'everything'], { input: '' })).code).toBe(0);
  });

  it('installs and uninstalls another server without making this one start the slow way', async () => {
    const recipe = (): object => createRecipeSource(user.ccMcpHome).read({ server: 'everything', search: { workingFolder: user.folder, environment: {}, forRun: true } });
    expect(recipe()).toHaveProperty('recipe');
    expect((await user.cc(['install', 'memory', '--yes'])).code).toBe(0);
    expect(recipe()).toHaveProperty('recipe');
    expect((await user.cc(['uninstall', 'memory', '--purge', '--yes'])).code).toBe(0);
    expect(recipe()).toHaveProperty('recipe');
  });

  it('leaves no standby with the old settings behind a session that began with them', async () => {
    // Its state lets the next standby be made only when the last session has ended.
    expect((await user.cc(['install', 'memory', '--enable', '--yes'])).code).toBe(0);
    const client = await user.connect('memory');
    await client.listTools();
    expect((await user.json(['install', 'memory', '--memory', '301m'])).envelope).toMatchObject({ ok: true, result: { outcome: 'updated' } });
    await client.close();
    const limits = async (): Promise<readonly number[]> => (await standbys('memory')).map(({ HostConfig }) => HostConfig.Memory);
    await expect.poll(limits, { timeout: 20_000, interval: 500 }).not.toContain(512 * 1024 ** 2);
    // Long enough for what is behind a session to make one.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(await limits()).not.toContain(512 * 1024 ** 2);
    const again = await user.connect('memory');
    await again.listTools();
    expect(await limits()).toContain(301 * 1024 ** 2);
    await again.close();
    expect((await user.cc(['uninstall', 'memory', '--purge', '--yes'])).code).toBe(0);
  });

  it('leaves all as it was when the new settings do not pass the gate', async () => {
    expect((await user.cc(['start', 'everything'])).code).toBe(0);
    const [before, [old]] = [manifest(), await standbys()];
    const { code, stderr } = await user.cc(['install', 'everything', '--memory', '20m']);
    expect([code, stderr]).toEqual([8, expect.stringMatching(/20m|memory/)]);
    expect(manifest()).toBe(before);
    expect((await standbys()).map(({ Id }) => Id)).toEqual([old?.Id]);
  });

  it('[M13] leaves all as it was when it is interrupted, and a repeat succeeds', async () => {
    const files = (): readonly string[] => ['mcp.json', 'mcp.lock.json', 'approvals.json'].map((name) => readFileSync(join(user.ccMcpHome, name), 'utf8'));
    expect((await user.cc(['start', 'everything'])).code).toBe(0);
    const [before, [old]] = [files(), await standbys()];
    const flags = ['install', 'everything', '--memory', '320m', '--env', 'API_TOKEN=third-canary-3'];
    const { code } = await cc(flags, { home: user.home, cwd: user.folder, interruptAt: 'Testing the connection' });
    expect(code).toBe(130);
    expect(files()).toEqual(before);
    expect((await standbys()).map(({ Id }) => Id)).toEqual([old?.Id]);
    expect(old?.Config.Env).not.toContain('API_TOKEN=third-canary-3');
    const { envelope, stderr } = await user.json(flags);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'updated' } });
    expect((await standbys()).map(({ Config }) => Config.Env)).toEqual([expect.arrayContaining(['API_TOKEN=third-canary-3'])]);
  });

  it.each([
    [['--memory', '900000g'], 2, /--memory 900000g is more than the engine has/],
    [['--network', 'cc-mcp-no-such-network'], 2, /no network named cc-mcp-no-such-network/],
    [['--allow-read', '/etc'], 5, /\/etc cannot be granted/],
    [['--system-package', 'git'], 5, /already installed as .* --system-package git would make another program of it/],
    [['--override', 'zod@3'], 5, /already installed as .* --override zod@3 would make another program of it/],
    [['--allow-scripts'], 5, /--allow-scripts would make another program/],
  ])('%j is refused before anything is made', async (flags, exit, line) => {
    const before = manifest();
    const { code, stderr } = await user.cc(['install', 'everything', ...flags]);
    expect([code, stderr]).toEqual([exit, expect.stringMatching(line)]);
    expect(manifest()).toBe(before);
  });

  it('test of it with flags that would change it is refused, instead of leaving them out', async () => {
    const { code, stderr } = await user.cc(['test', 'everything', '--memory', '100m']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^Error: everything is installed, and tested as it is.*\n {2}Try: cc-mcp test everything\n/)]);
  });

  it('[M17] does not agree to what somebody else wrote into the manifest meanwhile', async () => {
    const before = manifest();
    writeFileSync(join(user.ccMcpHome, 'mcp.json'), before.replace('"LEVEL": "two"', '"LEVEL": "theirs"'));
    const { code, stderr } = await user.cc(['install', 'everything', '--memory', '310m']);
    expect([code, stderr]).toEqual([5, expect.stringMatching(/asks for more than was approved: variable LEVEL.*\n.*cc-mcp approve everything/)]);
    expect((await user.cc(['run', 'everything'], { input: '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n' })).stdout).toContain('cc-mcp approve everything');
    writeFileSync(join(user.ccMcpHome, 'mcp.json'), before);
  });

  it('asks before it writes over what a repository says of a server that was never installed here', async () => {
    mkdirSync(join(user.folder, '.git'));
    expect((await user.cc(['install', 'memory', '--project', '--yes', '--memory', '256m', '--env', 'MINE=1'])).code).toBe(0);
    const project = join(user.folder, 'mcp.json');
    const before = readFileSync(project, 'utf8');
    const colleague = { CC_MCP_HOME: join(user.home, 'colleague') };
    mkdirSync(colleague.CC_MCP_HOME, { mode: 0o700 });
    copyFileSync(join(user.ccMcpHome, 'config.json'), join(colleague.CC_MCP_HOME, 'config.json'));
    const { code, stderr } = await user.cc(['install', 'memory'], { env: colleague });
    expect([code, stderr]).toEqual([5, expect.stringMatching(/replaces in mcp\.json: environment: MINE; replaces in mcp\.json: memory: 256m → 512m/)]);
    expect(readFileSync(project, 'utf8')).toBe(before);
    expect((await user.cc(['install', 'memory', '--memory', '256m', '--env', 'MINE=1'], { env: colleague })).code).toBe(0);
    expect((await user.cc(['uninstall', '--all', '--purge', '--yes'], { env: colleague })).code).toBe(0);
  });
});
