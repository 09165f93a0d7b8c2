import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../support/user-home.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const MINUTE = 60_000;
/** A developer's own quickstart on the same engine has another name. */
const NAME = `cc-mcp-quickstart-${randomBytes(4).toString('hex')}`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

describe('[M1] npm run quickstart', () => {
  let folder: string;
  let clone: string;
  let home: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-mcp-qs-'));
    clone = join(folder, 'clone');
    home = join(folder, 'home');
    mkdirSync(home);
    await copyCheckout(clone);
  });
  afterAll(async () => {
    await quickstart('--undo');
    await execute(join(home, '.cc-mcp/bin/cc-mcp'), ['uninstall', '--all', '--purge', '--yes']);
    await rm(folder, { recursive: true, force: true });
  }, 5 * MINUTE);

  it('answers a query through cc-mcp run, from a fresh clone with an empty HOME', async () => {
    const { code, stdout, stderr } = await quickstart();
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toMatch(/select 41\+1 as answer {2}→ {2}.*42/);
    expect(stdout).toMatch(/postgres-mcp +✓ ready/);
    expect(stdout).toContain('npm run quickstart -- --undo');
    expect(JSON.parse(readFileSync(join(home, '.claude.json'), 'utf8'))).toMatchObject({ mcpServers: { 'postgres-mcp': { args: expect.arrayContaining(['run', 'postgres-mcp']) } } });
    const database = JSON.parse(await docker('container', 'inspect', `${NAME}-db`)) as [{ HostConfig: object; NetworkSettings: { Ports: object } }];
    expect(database[0]).toMatchObject({ HostConfig: { ReadonlyRootfs: true, CapDrop: ['ALL'], PortBindings: {} }, Config: { User: '999:999' } });
  }, 15 * MINUTE);

  it('is quick the second time, and ends the same', async () => {
    const { code, stdout, stderr, milliseconds } = await quickstart();
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toMatch(/select 41\+1 as answer {2}→ {2}.*42/);
    expect(milliseconds).toBeLessThan(MINUTE);
  }, 5 * MINUTE);

  it('makes a database that is gone anew, and the server that knew it', async () => {
    await docker('rm', '--force', '--volumes', `${NAME}-db`);
    const { code, stdout, stderr } = await quickstart();
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toMatch(/select 41\+1 as answer {2}→ {2}.*42/);
  }, 5 * MINUTE);

  it('leaves nothing of a run that is interrupted while the database starts', async () => {
    expect((await quickstart('--undo')).code).toBe(0);
    const running = start([]);
    while (await docker('container', 'ls', '--all', '--quiet', '--filter', `name=${NAME}-db`) === '') {
      expect(running.child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
    expect(await docker('container', 'ls', '--all', '--quiet', '--filter', `name=${NAME}`)).toBe('');
    expect(await docker('network', 'ls', '--quiet', '--filter', `name=${NAME}`)).toBe('');
  }, 5 * MINUTE);

  it('takes server, database and network away again with --undo', async () => {
    expect((await quickstart()).code).toBe(0);
    const { code, stdout, stderr } = await quickstart('--undo');
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(await docker('container', 'ls', '--all', '--quiet', '--filter', `name=${NAME}`)).toBe('');
    expect(await docker('network', 'ls', '--quiet', '--filter', `name=${NAME}`)).toBe('');
    // The file goes with its only entry, because enable made it.
    expect(existsSync(join(home, '.claude.json'))).toBe(false);
  }, 5 * MINUTE);

  async function quickstart(...options: string[]): Promise<Ended> {
    return start(options).ended;
  }

  function start(options: readonly string[]): ReturnType<typeof launch> {
    // Not through npm, so that a signal reaches the program at once.
    return options.length === 0 ? launch('node', ['scripts/quickstart.mjs']) : launch('npm', ['run', 'quickstart', '--', ...options]);
  }

  async function execute(command: string, args: readonly string[]): Promise<Ended> {
    return launch(command, args).ended;
  }

  function launch(command: string, args: readonly string[]): { readonly child: ReturnType<typeof execFile>; readonly ended: Promise<Ended> } {
    const begin = performance.now();
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const child = execFile(command, [...args], { cwd: clone, env: freshEnvironment(home), maxBuffer: 1 << 26 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr, milliseconds: performance.now() - begin });
    });
    child.stdin?.end();
    return { child, ended: promise };
  }
});

/** What a clone of this checkout holds, with what is not committed yet. */
async function copyCheckout(target: string): Promise<void> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, maxBuffer: 1 << 26 });
  for (const path of stdout.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(ROOT, path), join(target, path));
  }
}

/** The machine's own Node, nothing of the npm script that runs this, and npm's cache to spare the registry. */
function freshEnvironment(home: string): Record<string, string | undefined> {
  const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|CC_MCP_|VITEST|NODE_ENV|INIT_CWD)/i.test(name)));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules')).join(delimiter);
  return { ...outside, HOME: home, PATH: path, CC_MCP_QUICKSTART_NAME: NAME, npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm') };
}
