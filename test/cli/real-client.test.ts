import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCli } from '../support/installed-cli.ts';
import type { UserHome } from '../support/user-home.ts';
import { userHome } from '../support/user-home.ts';

const run = promisify(execFile);
const INSPECTOR = '@modelcontextprotocol/inspector';

describe('[M16] a real client', () => {
  let user: UserHome;
  let inspector = '';
  beforeAll(async () => {
    user = await userHome();
    expect((await user.cc(['install', 'everything', '--enable', '--yes'])).code).toBe(0);
    inspector = join(user.home, 'inspector');
    mkdirSync(inspector);
    await run('npm', ['install', '--prefix', inspector, '--no-audit', '--no-fund', '--ignore-scripts', INSPECTOR], { maxBuffer: 1 << 26 });
  }, 300_000);
  afterAll(() => user[Symbol.asyncDispose]());

  /** The inspector's own CLI, given the entry as it stands in Claude Code's file, started with an empty environment from `/`. */
  async function inspect(...method: string[]): Promise<string> {
    const { node } = await installedCli();
    const config = join(user.home, '.claude.json');
    const { stdout } = await run(node, [join(inspector, 'node_modules/.bin/mcp-inspector'), '--cli', '--config', config, '--server', 'everything', '--method', ...method], { cwd: '/', env: { HOME: user.home, PATH: '/usr/bin:/bin' } });
    return stdout;
  }

  it('lists and calls a tool through the entry that enable wrote, with an empty environment, from /', async () => {
    expect(JSON.parse(readFileSync(join(user.home, '.claude.json'), 'utf8'))).toMatchObject({ mcpServers: { everything: { type: 'stdio', command: join(user.ccMcpHome, 'bin/cc-mcp') } } });
    expect(await inspect('tools/list')).toContain('"echo"');
    expect(await inspect('tools/call', '--tool-name', 'echo', '--tool-arg', 'message=bonjour')).toContain('bonjour');
  });

  it('does so after Node and the package moved to other folders', async () => {
    const { prefix, node } = await installedCli();
    const moved = join(user.home, 'moved');
    mkdirSync(moved);
    cpSync(prefix, join(moved, 'package'), { recursive: true });
    cpSync(node, join(moved, 'node'));
    // As an update of a version manager does: the launcher was written by a copy that is gone.
    const bin = join(moved, 'package/lib/node_modules/cc-mcp/bin/cc-mcp.js');
    await run(join(moved, 'node'), [bin, 'status'], { env: { HOME: user.home, PATH: '/usr/bin:/bin' }, cwd: '/' });
    expect(readFileSync(join(user.ccMcpHome, 'bin/cc-mcp'), 'utf8')).toContain(moved);
    renameSync(join(moved, 'package'), join(moved, 'elsewhere'));
    renameSync(join(moved, 'node'), join(moved, 'node24'));
    await run(join(moved, 'node24'), [join(moved, 'elsewhere/lib/node_modules/cc-mcp/bin/cc-mcp.js'), 'status'], { env: { HOME: user.home, PATH: '/usr/bin:/bin' }, cwd: '/' });
    expect(await inspect('tools/call', '--tool-name', 'echo', '--tool-arg', 'message=ahoj')).toContain('ahoj');
    rmSync(moved, { recursive: true });
    expect((await user.cc(['status'])).code).toBe(0);
    expect(await inspect('tools/list')).toContain('"echo"');
  });
});
