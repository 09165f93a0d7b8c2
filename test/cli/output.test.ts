import { execFile } from 'node:child_process';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_RESULTS } from '../../schemas/source/command-results.ts';
import { envelope } from '../../schemas/source/envelope.ts';
import { emptyHome, NO_ENGINE } from '../support/empty-home.ts';
import type { EmptyHome } from '../support/empty-home.ts';
import { installedCli } from '../support/installed-cli.ts';

const run = promisify(execFile);
const ANSI = /\u001B/;

let user: EmptyHome;
beforeAll(async () => { user = await emptyHome(); });
afterAll(() => user[Symbol.asyncDispose]());

test('cc-mcp alone says what it is, which manifest, and what to type next', async () => {
  const { code, stdout, stderr } = await user.cc([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^cc-mcp \d+\.\d+\.\d+ runs MCP servers in hardened containers/);
  expect(stdout).toContain(join(user.home, '.cc-mcp/mcp.json'));
  expect(stdout).toContain('cc-mcp install postgres-mcp --test');
});

test('--version is one line and loads nothing but bin', async () => {
  const { code, stdout, stderr } = await user.cc(['--version']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^cc-mcp\/\d+\.\d+\.\d+\S* \w+-\w+ node-v\d+\.\d+\.\d+\n$/);
  expect(await modulesOf(['--version'])).toEqual(['bin/cc-mcp.js']);
});

test('a command loads no library that it does not need', async () => {
  const loaded = await modulesOf(['search', 'database']);
  expect(loaded.filter((path) => /node_modules\/(?:ink|react|execa|dockerode|ssh2|@modelcontextprotocol)\//.test(path))).toEqual([]);
});

test.each([['overview', []], ['search', ['database']], ['info', ['postgres-mcp']], ['status', []]] as const)('[M11] %s --json matches its schema, without an engine', async (command, args) => {
  const { code, stdout } = await user.cc([...(command === 'overview' ? [] : [command]), ...args, '--json']);
  expect(code).toBe(0);
  expect(envelope(COMMAND_RESULTS[command]).parse(JSON.parse(stdout))).toMatchObject({ ok: true });
});

test.each([
  ['info', ['no-such-package-at-all'], 3, 'PACKAGE_NOT_FOUND'],
  ['enable', ['nothing'], 3, 'SERVER_NOT_FOUND'],
  ['logs', ['nothing'], 3, 'SERVER_NOT_FOUND'],
  ['uninstall', ['nothing'], 3, 'SERVER_NOT_FOUND'],
  ['approve', ['nothing'], 3, 'SERVER_NOT_FOUND'],
  ['uninstall', ['--all'], 5, 'CONSENT_NEEDED'],
] as const)('[M11] %s %j fails with exit %d: in words on stderr, as an envelope with --json', async (command, args, exit, failure) => {
  const words = await user.cc([command, ...args]);
  expect(words).toMatchObject({ code: exit, stdout: '' });
  expect(words.stderr).toMatch(/^Error: .+\n(?: {2}Try: .+\n)*$/);
  const { code, stdout } = await user.cc([command, ...args, '--json']);
  expect(code).toBe(exit);
  expect(envelope(COMMAND_RESULTS[command]).parse(JSON.parse(stdout))).toMatchObject({ ok: false, error: { code: failure } });
});

test('[F45] a pipe has no colour, FORCE_COLOR has, NO_COLOR wins', async () => {
  const output = async (env: Record<string, string>): Promise<string> => {
    const { stdout, stderr } = await user.cc(['info', 'postgres-mcp'], { env });
    return stdout + stderr;
  };
  expect(await output({})).not.toMatch(ANSI);
  expect(await output({ FORCE_COLOR: '1' })).toMatch(ANSI);
  expect(await output({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toMatch(ANSI);
  const { stdout } = await user.cc(['install', '--help'], { env: { NO_COLOR: '1' } });
  expect(stdout).not.toMatch(ANSI);
});

test('[F45] a reader that leaves early is no error', async () => {
  const { bin, node } = await installedCli();
  const { stdout, stderr } = await run('bash', ['-c', 'set -o pipefail; "$0" "$1" search --json | true; echo "${PIPESTATUS[0]}"', node, bin], { env: { ...process.env, HOME: user.home, ...NO_ENGINE } });
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
});

test.each(['development', 'test', 'production'])('the user\'s NODE_ENV=%s changes nothing', async (NODE_ENV) => {
  expect(await user.cc(['instal'], { env: { NODE_ENV } })).toMatchObject({ code: 2, stderr: 'Error: "instal" is not a command; did you mean install?\n  Try: cc-mcp --help\n' });
  expect(await user.cc(['search', 'database'], { env: { NODE_ENV } })).toMatchObject({ code: 0, stderr: '' });
});

test('on a terminal of 60 columns nothing is wider', async () => {
  const { bin, node } = await installedCli();
  const command = `stty cols 60; '${node}' '${bin}' info postgres-mcp; '${node}' '${bin}' status`;
  const { stdout } = await run('script', ['-qec', command, '/dev/null'], { env: { ...process.env, CI: undefined, HOME: user.home, NO_COLOR: '1', TERM: 'xterm', ...NO_ENGINE } });
  const words = stdout.split(/\r?\n/).filter((line) => line.length > 60 && line.trim().includes(' '));
  expect(words.filter((line) => !/^\s*\S+$/.test(line.slice(9).trim()))).toEqual([]);
});

test('[F45] on a terminal of 20 columns everything is said, cut at words', async () => {
  const { bin, node } = await installedCli();
  const { stdout } = await run('script', ['-qec', `stty cols 20; '${node}' '${bin}' info postgres-mcp && '${node}' '${bin}' status`, '/dev/null'], { env: { ...process.env, CI: undefined, HOME: user.home, NO_COLOR: '1', TERM: 'xterm', ...NO_ENGINE } });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Query a PostgreSQL database, look at its health, explain and tune its queries');
  expect(stdout.split(/\r?\n/).filter((line) => line.length > 32 && line.slice(12).includes(' ') && !line.startsWith('Run '))).toEqual([]);
});

test('[F45] a dumb terminal gets no control sequence, and without a terminal nothing is asked', async () => {
  const { bin, node } = await installedCli();
  const { stdout } = await run('script', ['-qec', `'${node}' '${bin}' info postgres-mcp; '${node}' '${bin}' status`, '/dev/null'], { env: { ...process.env, CI: undefined, HOME: user.home, TERM: 'dumb', ...NO_ENGINE } });
  expect(stdout).toContain('postgres-mcp');
  expect(stdout).not.toMatch(ANSI);
  expect(await user.cc(['uninstall', '--all'])).toMatchObject({ code: 5, stderr: expect.stringContaining('--yes') as string });
});

/** Files of the installed package that a command loads, from V8's own list. */
async function modulesOf(args: readonly string[]): Promise<readonly string[]> {
  const folder = await realpath((await installedCli()).package);
  const coverage = join(user.home, `coverage-${args.join('-').replaceAll(/\W/g, '')}`);
  await user.cc(args, { env: { NODE_V8_COVERAGE: coverage } });
  const [report] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, report ?? ''), 'utf8')) as { readonly result: readonly { readonly url: string }[] };
  return result.flatMap(({ url }) => (url.startsWith(`file://${folder}/`) ? [url.slice(`file://${folder}/`.length)] : []));
}
