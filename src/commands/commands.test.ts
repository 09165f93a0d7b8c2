import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOCATION, runCommand } from '../../test/support/run-command.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { PruneResult } from '../servers/prune.ts';
import type { LogsRequest } from '../servers/read-logs.ts';
import type { UninstallAllResult } from '../servers/uninstall-all.ts';
import Disable from './disable.ts';
import Doctor from './doctor.ts';
import Enable from './enable.ts';
import Logs from './logs.ts';
import Overview from './overview.ts';
import Prune from './prune.ts';
import Search from './search.ts';
import Status from './status.ts';
import Test from './test.ts';
import Uninstall from './uninstall.ts';

const NOTHING = { containers: 0, networks: 0, volumes: [], images: [], clientEntries: [] };
const ALL: UninstallAllResult = { outcome: 'uninstalled-all', servers: ['a', 'b'], removed: NOTHING, kept: [] };

test('uninstall takes a name or --all, not both and not neither', async () => {
  for (const argv of [[], ['a', '--all']]) expect(await runCommand(Uninstall, argv, {})).toMatchObject({ code: 2, stderr: 'Error: Give the NAME of one server, or --all\n  Try: cc-mcp status\n' });
});

test('uninstall of one server asks nothing; --purge and --all need --yes where nobody can be asked', async () => {
  const uninstall = async () => ({ outcome: 'uninstalled' as const, server: 'a', manifest: LOCATION.path, removed: NOTHING, kept: [] });
  expect(await runCommand(Uninstall, ['a'], { uninstall })).toMatchObject({ code: 0, stdout: `✓ Uninstalled a\n  from ${LOCATION.path}\n` });
  expect(await runCommand(Uninstall, ['a', '--purge'], { uninstall })).toMatchObject({ code: 5, stdout: '' });
  expect(await runCommand(Uninstall, ['--all'], { uninstallAll: async () => ALL })).toMatchObject({ code: 5, stdout: '' });
  expect(await runCommand(Uninstall, ['--all', '--yes'], { uninstallAll: async () => ALL })).toMatchObject({ code: 0, stdout: '✓ Uninstalled a, b\n' });
});

test('a switch with a value never acts', async () => {
  expect(await runCommand(Uninstall, ['a', '--purge=false', '--yes'], {})).toMatchObject({ code: 2 });
});

test('--global words name the manifest: --manifest is given to locate', async () => {
  const seen: object[] = [];
  await runCommand(Status, ['--manifest', './mcp.json'], {
    locate: async (search) => { seen.push(search); return LOCATION; },
    status: async () => ({ manifest: LOCATION.path, engine: { reachable: true, name: 'docker', reason: '' }, servers: [], standbyMemoryBytes: 0 }),
  });
  expect(seen).toEqual([{ path: './mcp.json', forRun: false }]);
});

test('--engine reaches the composition', async () => {
  let engine: string | undefined;
  await runCommand(Search, ['x', 'y', '--engine', 'unix:///x'], (options) => {
    engine = options.engine;
    return { search: async (query) => ({ query, packages: [] }) };
  });
  expect(engine).toBe('unix:///x');
});

test('enable --mode docker hands its flags to the move, and without it they are refused', async () => {
  const seen: object[] = [];
  const migrate = async (request: object): Promise<never> => { seen.push(request); throw new CcMcpError('CONFLICT', 'x is in a container already'); };
  expect(await runCommand(Enable, ['x', '--mode', 'docker', '--allow-read', '/a', '--env', 'A=1', '--', '--b'], { migrate })).toMatchObject({ code: 5 });
  expect(seen).toMatchObject([{ name: 'x', arguments: ['--b'], grants: { read: ['/a'] }, values: [{ name: 'A', value: '1' }], dryRun: false }]);
  expect(await runCommand(Enable, ['x', '--allow-net'], {})).toMatchObject({ code: 2, stderr: expect.stringContaining('--allow-net goes with --mode docker') as string });
  expect(await runCommand(Enable, ['x', '--', 'y'], {})).toMatchObject({ code: 2 });
  expect(await runCommand(Enable, ['x', '--mode', 'podman'], {})).toMatchObject({ code: 2 });
});

test('disable --restore and enable --mode external give the old entry back', async () => {
  const restore = async ({ name }: { readonly name: string }) => ({ outcome: 'restored' as const, server: name, manifest: LOCATION.path, clientFile: null, restored: true });
  for (const [command, argv] of [[Disable, ['x', '--restore']], [Enable, ['x', '--mode', 'external']]] as const) {
    expect(await runCommand(command, argv, { restore })).toMatchObject({ code: 0, stdout: `✓ x is external again, as it was before\n  in ${LOCATION.path}; its container is uninstalled\n` });
  }
});

test('a server name is checked before anything runs', async () => {
  expect(await runCommand(Enable, ['../x'], {})).toMatchObject({ code: 2, stdout: '' });
});

async function* lines(request: LogsRequest) {
  yield { time: '2026-11-21T07:00:00Z', session: 's1', text: `tail ${request.tail} since ${request.sinceMilliseconds ?? 'ever'}` };
  yield { time: '2026-11-21T07:00:01Z', session: 's1', text: 'second' };
}

test('logs: text, one document, or JSON lines when followed', async () => {
  expect((await runCommand(Logs, ['a'], { logs: lines })).stdout).toBe('tail 200 since ever\nsecond\n');
  expect((await runCommand(Logs, ['a', '--since', '10m', '-t'], { logs: lines })).stdout)
    .toBe(`2026-11-21T07:00:00Z s1 tail ${Number.MAX_SAFE_INTEGER} since 600000\n2026-11-21T07:00:01Z s1 second\n`);
  const document = JSON.parse((await runCommand(Logs, ['a', '--json', '--tail', '5'], { logs: lines })).stdout) as { result: { lines: object[] } };
  expect(document.result).toMatchObject({ server: 'a', manifest: LOCATION.path, lines: [{ text: 'tail 5 since ever' }, { text: 'second' }] });
  const followed = (await runCommand(Logs, ['a', '--json', '--follow'], { logs: lines })).stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as object);
  expect(followed).toMatchObject([{ text: 'tail 200 since ever' }, { text: 'second' }]);
});

test('logs that end in a failure while followed say it on a line of its own', async () => {
  const logs = async function* failing(request: LogsRequest) {
    yield* lines(request);
    throw new CcMcpError('ENGINE_UNREACHABLE', 'gone');
  };
  const run = await runCommand(Logs, ['a', '--json', '--follow'], { logs });
  expect(run.code).toBe(4);
  expect(JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ ok: false, error: { code: 'ENGINE_UNREACHABLE' } });
});

test('a gate that fails is exit 8, with the report on stdout or in the envelope', async () => {
  const gate = { outcome: 'failed', steps: [{ step: 'connection', outcome: 'failed', title: 'Connection test', reason: 'no answer', suggestions: ['--memory 1g'], milliseconds: 1 }], milliseconds: 1 } as const;
  const cases = { test: async () => ({ target: 'npm:x', server: null, gate }) };
  const run = await runCommand(Test, ['npm:x'], cases);
  expect(run).toEqual({
    code: 8, stdout: '✗ Connection test failed: no answer\n  --memory 1g\n✗ npm:x fails the gate\n', stderr: 'Error: npm:x fails the gate: Connection test\n  Try: --memory 1g\n',
  });
  const json = JSON.parse((await runCommand(Test, ['npm:x', '--json'], cases)).stdout) as unknown;
  expect(json).toMatchObject({ ok: false, error: { code: 'GATE_FAILED', details: { target: 'npm:x', server: null, steps: [{ step: 'connection', reason: 'no answer' }] } } });
});

test('a failed gate with --junit writes its report, without what was given as a secret, and says where it cannot', async () => {
  const workingFolder = await mkdtemp(join(tmpdir(), 'cc-mcp-junit-'));
  const gate = { outcome: 'failed', steps: [{ step: 'connection', outcome: 'failed', title: 'Connection test', reason: 'no <answer> to hunter22&co', suggestions: [], milliseconds: 1500 }], milliseconds: 1500 } as const;
  const cases = { test: async () => ({ target: 'npm:x', server: null, gate }) };
  try {
    expect(await runCommand(Test, ['npm:x', '--env', 'KEY=hunter22&co', '--junit', 'out/gate.xml'], cases, { workingFolder })).toMatchObject({ code: 8 });
    const report = await readFile(join(workingFolder, 'out/gate.xml'), 'utf8');
    expect(report).toContain('<testcase classname="npm:x" name="Connection test" time="1.500">');
    expect(report).toContain('<failure message="no &lt;answer&gt; to [redacted]" type="connection">');
    expect(report).not.toContain('hunter22');
    expect(await runCommand(Test, ['npm:x', '--junit', 'out'], cases, { workingFolder })).toMatchObject({ code: 5, stderr: 'Error: --junit out: it is a folder\n  Try: --junit PATH of a file that can be written\n' });
  } finally {
    await rm(workingFolder, { recursive: true });
  }
});

test('doctor has a result and an exit code: 4 without an engine, 6 when something else is wrong', async () => {
  const won = { strategy: 'socket', outcome: 'won', reason: '' } as const;
  expect(await runCommand(Doctor, [], { doctor: async () => ({ healthy: true, checks: [], discovery: [won] }) })).toMatchObject({ code: 0 });
  expect(await runCommand(Doctor, [], { doctor: async () => ({ healthy: false, checks: [], discovery: [] }) })).toMatchObject({ code: 4 });
  expect(await runCommand(Doctor, ['--json'], { doctor: async () => ({ healthy: false, checks: [], discovery: [won] }) })).toMatchObject({ code: 6, stdout: expect.stringContaining('"ok": true') as string });
});

test('a manifest that is refused does not stop doctor', async () => {
  const run = await runCommand(Doctor, [], {
    locate: async () => { throw new CcMcpError('REFUSED', 'others can write mcp.json'); },
    doctor: async ({ location }) => ({ healthy: location === undefined, checks: [], discovery: [] }),
  });
  expect(run).toEqual({ code: 0, stdout: '✓ All is well\n', stderr: 'Warning: others can write mcp.json\n' });
});

test('prune shows what it found before it acts, and acts only when agreed', async () => {
  const calls: boolean[] = [];
  const prune = async ({ dryRun }: { dryRun: boolean }): Promise<PruneResult> => {
    calls.push(dryRun);
    return { dryRun, removed: { containers: ['x'], networks: [], volumes: [], images: [], buildCache: [] }, reclaimedBytes: 0 };
  };
  expect(await runCommand(Prune, [], { prune })).toMatchObject({ code: 5, stderr: expect.stringContaining('container x') as string });
  expect(calls).toEqual([true]);
  expect(await runCommand(Prune, ['--yes'], { prune })).toMatchObject({ code: 0, stdout: 'container x\n✓ Removed 1 unused thing\n' });
  expect(await runCommand(Prune, ['--dry-run'], { prune })).toMatchObject({ code: 0, stdout: 'container x\nNothing was removed (--dry-run)\n' });
  expect(calls).toEqual([true, true, false, true]);
});

test('cc-mcp alone', async () => {
  const overview = async () => ({ version: '0.1.0', manifest: LOCATION.path, servers: [] });
  expect((await runCommand(Overview, [], { overview })).stdout).toMatch(/^cc-mcp 0\.1\.0 runs MCP servers/);
  expect(JSON.parse((await runCommand(Overview, ['--json'], { overview })).stdout)).toEqual({ ok: true, result: await overview(), warnings: [] });
});
