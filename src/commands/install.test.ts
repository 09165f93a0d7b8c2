import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import type { InstallRequest, InstallResult } from '../servers/install/install-request.ts';
import { LOCATION, runCommand } from '../../test/support/run-command.ts';
import Install from './install.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'cc-mcp-test-')); });
afterAll(() => rm(folder, { recursive: true }));

const RESULT: InstallResult = {
  outcome: 'installed', server: 'memory', manifest: LOCATION.path, version: '1.2.3', image: `sha256:${'a'.repeat(64)}`, recipe: 'b'.repeat(64), built: true,
  changes: [], enabled: false, missing: [],
  plan: {
    server: 'memory', manifest: LOCATION.path, title: '', description: '', code: [], arguments: [], environment: {},
    permissions: { net: 'none', read: [], write: [], volumes: [], state: [], env: [], scripts: false },
    limits: { memory: '512m', cpus: '0.5', pids: 128 }, transport: 'stdio', gate: 'full', missing: [],
  },
};

async function requestOf(argv: readonly string[], options: Parameters<typeof runCommand>[3] = {}): Promise<InstallRequest> {
  let seen: InstallRequest | undefined;
  const run = await runCommand(Install, argv, { install: async (request) => { seen = request; return RESULT; } }, options);
  if (seen === undefined) throw new Error(`install was not asked for: ${run.stderr}`);
  return seen;
}

test('without flags nothing is granted, and the package\'s own limits and arguments stand', async () => {
  expect(await requestOf(['memory'])).toEqual({
    reference: 'memory', location: LOCATION, workingFolder: '/work', test: false, enable: false, dryRun: false,
    overrides: [], arguments: [], values: [], volumes: [], limits: {},
    grants: { read: [], write: [], net: false, env: [], scripts: false, controlFiles: false },
  });
});

test('flags become the request; lists repeat and take commas, what follows -- is the server\'s', async () => {
  const request = await requestOf([
    'memory', '--test', '--enable', '--name', 'mem', '--bin', 'server', '--allow-read', 'a,b', '--allow-read=c', '--allow-write', 'd', '--allow-net', '--allow-env', 'A,B',
    '--allow-scripts', '--with-control-files', '--memory', '1g', '--cpus', '2', '--pids', '64', '--volume', './x:/y', '--override', 'mcp<2', '--system-package=git,curl', '--network', 'db', '--', '--json', '-v',
  ]);
  expect(request).toMatchObject({
    test: true, enable: true, name: 'mem', bin: 'server', network: 'db', overrides: ['mcp<2'], systemPackages: ['curl', 'git'], volumes: ['./x:/y'], arguments: ['--json', '-v'],
    grants: { read: ['a', 'b', 'c'], write: ['d'], net: true, env: ['A', 'B'], scripts: true, controlFiles: true }, limits: { memory: '1g', cpus: '2', pids: 64 },
  });
});

test('--env wins over --env-file, and NAME alone is left to the environment', async () => {
  await writeFile(join(folder, 'x.env'), '# comment\nexport A="from file"\nB=\'two words\'\n');
  const request = await requestOf(['memory', '--env-file', 'x.env', '--env', 'A=flag=1', '-e', 'HERE'], { workingFolder: folder, environment: { HERE: 'value' } });
  expect(request.values).toEqual([{ name: 'B', value: 'two words' }, { name: 'A', value: 'flag=1' }, { name: 'HERE', value: undefined }]);
});

test('the result is one line, where it is, and what to type next', async () => {
  const run = await runCommand(Install, ['memory'], { install: async () => RESULT });
  expect(run).toEqual({
    code: 0, stderr: '',
    stdout: "✓ Installed memory\n  1.2.3 as image aaaaaaaaaaaa, in /home/me/.cc-mcp/mcp.json\nRun 'cc-mcp enable memory' to activate\n",
  });
});

test('steps and warnings go to stderr, the result to stdout', async () => {
  const run = await runCommand(Install, ['memory'], ({ progress }) => ({
    install: async () => {
      progress.report({ type: 'step-started', step: 'resolve', label: 'Downloading memory' });
      progress.report({ type: 'step-ended', step: 'connection', outcome: 'passed', label: 'Connection test passed', milliseconds: 5 });
      progress.report({ type: 'warning', text: 'the package is deprecated' });
      progress.report({ type: 'step-ended', step: 'commit', outcome: 'passed', label: 'Installed memory', milliseconds: 5 });
      return RESULT;
    },
  }));
  expect(run.stderr).toBe('⏳ Downloading memory...\n✓ Connection test passed\nWarning: the package is deprecated\n');
  expect(run.stdout).toMatch(/^✓ Installed memory\n/);
});

test('--json prints the envelope alone on stdout, and still says warnings on stderr', async () => {
  const run = await runCommand(Install, ['memory', '--json'], ({ progress, warn }) => ({
    install: async () => {
      progress.report({ type: 'step-started', step: 'resolve', label: 'Downloading memory' });
      warn('careful');
      return RESULT;
    },
  }));
  expect(JSON.parse(run.stdout)).toEqual({ ok: true, result: RESULT, warnings: ['careful'] });
  expect(run.stderr).toBe('Warning: careful\n');
});

test('a failure has its exit code, one line, and what to type', async () => {
  const fail = async (): Promise<never> => { throw new CcMcpError('VERSION_NOT_FOUND', 'memory has no version 9', { suggestions: ['cc-mcp info memory'], details: { newest: '1.2.3' } }); };
  expect(await runCommand(Install, ['memory@9'], { install: fail })).toEqual({ code: 3, stdout: '', stderr: 'Error: memory has no version 9\n  Try: cc-mcp info memory\n' });
  const json = await runCommand(Install, ['memory@9', '--json'], { install: fail });
  expect(json.code).toBe(3);
  expect(JSON.parse(json.stdout)).toEqual({
    ok: false, warnings: [], error: { code: 'VERSION_NOT_FOUND', message: 'memory has no version 9', suggestions: ['cc-mcp info memory'], details: { newest: '1.2.3' } },
  });
});

test('what is no failure of ours is a bug: exit 1, one line, nothing but name and message', async () => {
  const fail = async (): Promise<never> => { throw Object.assign(new TypeError('x is not\na function'), { argv: ['--env', 'TOKEN=hunter22'] }); };
  const run = await runCommand(Install, ['memory', '--json'], { install: fail });
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'BUG', message: 'cc-mcp has a bug: TypeError: x is not a function', details: {} } });
  expect(run.stdout + run.stderr).not.toContain('hunter22');
});

test('[M11] a value that was passed is in no output, however it was spelled', async () => {
  const uri = 'postgresql://me:s3cr%2Fet@db/x';
  const run = await runCommand(Install, ['memory', '--json', '--env', `DATABASE_URI=${uri}`, '--env', 'HERE', '--allow-env', 'SEEN'], ({ progress, warn }) => ({
    install: async () => {
      progress.report({ type: 'note', text: `connecting to ${uri}` });
      warn(`password s3cr/et, token tok-from-environment, allowed-value`);
      throw new CcMcpError('GATE_FAILED', `cannot connect to ${encodeURIComponent(uri)}`, { details: { log: [`bad ${uri}`] } });
    },
  }), { environment: { HERE: 'tok-from-environment', SEEN: 'allowed-value' } });
  expect(run.code).toBe(8);
  for (const secret of [uri, 's3cr/et', 's3cr%2Fet', encodeURIComponent(uri), 'tok-from-environment', 'allowed-value']) expect(run.stdout + run.stderr).not.toContain(secret);
});

test.each([
  [['memory', '--nope=hunter22'], 'There is no flag --nope'],
  [['memory', '--allow-red', 'x'], 'There is no flag --allow-red; did you mean --allow-read?'],
  [['memory', 'hunter22'], 'cc-mcp install was given 1 argument more than it takes; put a text with spaces in quotes'],
  [['--memory', '1g'], '--memory goes with a REFERENCE; without one everything in mcp.json is installed as it stands there'],
  [['memory', '--env'], 'Flag --env expects a value'],
  [['memory', '--name', 'a', '--name', 'b'], 'Flag --name can only be specified once'],
  [['memory', '--env', 'sk hunter22'], '--env takes NAME=VALUE, or NAME for a variable of this environment'],
  [['memory', '--pids', 'many'], '--pids: "many" is not a whole number'],
  [['memory', '--memory', '5x'], '--memory: "5x" is not an amount of memory: write it like 512m or 1g'],
  [['memory', '--name', 'a/b'], '--name: "a/b" is not a server name: use 1 to 63 letters, digits, "-" and "_", first a letter or digit'],
  [['memory', '--allow-net=hunter22:443'], '--allow-net does not take a list of hosts yet'],
  [['memory', '--dry-run=false'], '--dry-run takes no value'],
  [['memory', '--global', '--project'], '--global and --project exclude each other: each says which mcp.json'],
])('%j is refused with exit 2 in one line, without a value', async (argv, message) => {
  const run = await runCommand(Install, argv, { install: async () => RESULT });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr.split('\n')[0]).toBe(`Error: ${message}`);
  expect(run.stderr).not.toContain('hunter22');
  const json = JSON.parse((await runCommand(Install, [...argv, '--json'], { install: async () => RESULT })).stdout) as unknown;
  expect(json).toMatchObject({ ok: false, error: { message } });
});

test('an env file that is bad is named with the line, never the content', async () => {
  await writeFile(join(folder, 'bad.env'), 'A=1\nhunter 22\n');
  const run = await runCommand(Install, ['memory', '--env-file', 'bad.env'], {}, { workingFolder: folder });
  expect(run).toEqual({ code: 2, stdout: '', stderr: 'Error: --env-file bad.env: line 2 is not NAME=VALUE\n  Try: Correct line 2 of bad.env\n' });
  expect(await runCommand(Install, ['memory', '--env-file', 'no.env'], {}, { workingFolder: folder })).toMatchObject({ code: 3, stderr: 'Error: --env-file no.env: there is no such file\n  Try: --env-file PATH of a file with NAME=VALUE lines\n' });
});

test('--env NAME of a variable that is not set names it', async () => {
  expect(await runCommand(Install, ['memory', '--env', 'MISSING_ONE'], {})).toMatchObject({
    code: 5, stderr: 'Error: --env MISSING_ONE: there is no variable MISSING_ONE in this environment\n  Try: --env MISSING_ONE=VALUE\n',
  });
});

test('a question without a terminal is exit 5 with the flag that answers it, and --yes answers only what is its own', async () => {
  const ask = (flag: string) => ({ consent }: { consent: { confirm(question: object): Promise<boolean> } }) => ({
    install: async () => { await consent.confirm({ lines: ['network: everything'], question: 'Install memory?', flag }); return RESULT; },
  });
  expect(await runCommand(Install, ['memory'], ask('--yes') as never)).toMatchObject({ code: 5, stderr: 'Error: Nobody can be asked here: Install memory? (network: everything)\n  Try: Answer with --yes\n' });
  expect(await runCommand(Install, ['memory', '--yes'], ask('--yes') as never)).toMatchObject({ code: 0 });
  expect(await runCommand(Install, ['memory', '--yes'], ask('--allow-scripts') as never)).toMatchObject({ code: 5 });
});
