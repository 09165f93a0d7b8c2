import { expect, test } from 'vitest';
import { configView } from './config.ts';
import { doctorView } from './doctor.ts';
import { approveView, disableView, enableView } from './enable.ts';
import { failureView, warningView } from './failure.ts';
import { logLineView } from './log-line.ts';
import { overviewView } from './overview.ts';
import { pruneView } from './prune.ts';
import { uninstallView } from './removed.ts';
import { restartView, startView, stopView } from './start-stop.ts';

const PLAIN = { columns: 80, color: false };
const MANIFEST = '/home/me/.cc-mcp/mcp.json';

test('doctor: each check with what to type, the ways to an engine, the verdict', () => {
  expect(doctorView({
    healthy: false,
    checks: [
      { name: 'node', outcome: 'ok', text: '24.21.0', suggestions: [] },
      { name: 'engine', outcome: 'problem', text: 'none answers', suggestions: ['sudo systemctl start docker'] },
    ],
    discovery: [
      { strategy: 'DOCKER_HOST', outcome: 'not-applicable', reason: 'not set' },
      { strategy: 'docker socket', outcome: 'failed', reason: 'nothing at /var/run/docker.sock' },
    ],
  }, PLAIN)).toBe(`✓ node: 24.21.0
✗ engine: none answers
  sudo systemctl start docker
Where an engine was looked for
  DOCKER_HOST    not here: not set
  docker socket  failed: nothing at /var/run/docker.sock
✗ Something needs you: see above what to type`);
  expect(doctorView({ healthy: true, checks: [], discovery: [] }, PLAIN)).toBe('✓ All is well');
  expect(doctorView({ healthy: true, checks: [], discovery: [{ strategy: 'DOCKER_HOST', outcome: 'won', reason: 'answers' }] }, PLAIN)).toBe('✓ All is well');
  expect(doctorView({ healthy: true, checks: [{ name: 'engine', outcome: 'warning', text: 'it is much older than it should be', suggestions: ['update it'] }], discovery: [] }, { columns: 30, color: false }))
    .toBe('! engine: it is much older\n  than it should be\n  update it\n✓ All is well');
});

test('prune: what is gone, or would be', () => {
  const removed = { containers: ['cc-mcp-x'], networks: [], volumes: [], images: ['cc-mcp/x:1'], buildCache: ['a1', 'b2'] };
  expect(pruneView({ dryRun: false, removed, reclaimedBytes: 300 * 1024 ** 2 }, PLAIN)).toBe('container cc-mcp-x\nimage cc-mcp/x:1\nbuild cache of 2 steps\n✓ Removed 3 unused things (300 MiB)');
  expect(pruneView({ dryRun: true, removed, reclaimedBytes: 0 }, PLAIN)).toBe('container cc-mcp-x\nimage cc-mcp/x:1\nbuild cache of 2 steps\nNothing was removed (--dry-run)');
  expect(pruneView({ dryRun: false, removed: { ...removed, containers: [], images: [], buildCache: [] }, reclaimedBytes: 0 }, PLAIN)).toBe('✓ Nothing of cc-mcp is unused');
});

test('uninstall: what is gone and what stays', () => {
  const removed = { containers: 2, networks: 0, volumes: [], images: ['x'], clientEntries: ['/home/me/.claude.json'] };
  expect(uninstallView('Uninstalled memory', MANIFEST, { removed, kept: ['volume cc-mcp-memory: cc-mcp uninstall memory --purge'] }, PLAIN)).toBe(`✓ Uninstalled memory
  from ${MANIFEST}
  removed 2 containers, 1 image, 1 client entry
  kept volume cc-mcp-memory: cc-mcp uninstall memory --purge`);
});

test('enable, disable, approve name the client file and the manifest', () => {
  expect(enableView({ outcome: 'enabled', server: 'memory', manifest: MANIFEST, clientFile: '/home/me/.claude.json', standby: 'ready' }, PLAIN)).toBe(`✓ Enabled memory
  Claude Code: /home/me/.claude.json
  from ${MANIFEST}; a standby is ready
Restart Claude Code to use it (claude -r resumes where you were)`);
  expect(enableView({ outcome: 'already-enabled', server: 'memory', manifest: MANIFEST, clientFile: '/c.json', standby: 'off' }, PLAIN)).toMatch(/^✓ memory is already enabled\n/);
  expect(disableView({ outcome: 'disabled', server: 'memory', manifest: MANIFEST, clientFile: '/c.json', restored: true }, PLAIN)).toBe(`✓ Disabled memory
  Claude Code: the entry that was there before is back (/c.json)
  still installed in ${MANIFEST}`);
  expect(approveView({ outcome: 'approved', server: 'memory', manifest: MANIFEST, changes: ['+ may write ./notes'] }, PLAIN)).toBe(`✓ Approved memory\n  + may write ./notes\n  from ${MANIFEST}`);
});

test('cc-mcp alone: what it is, what is installed, what to type next', () => {
  expect(overviewView({ version: '0.1.0', manifest: MANIFEST, servers: [{ name: 'memory', state: 'installed' }, { name: 'x', state: 'ready' }] }, PLAIN))
    .toBe(`cc-mcp 0.1.0 runs MCP servers in hardened containers: built from source, tested,
locked, and granted only what you allow.

Servers in ${MANIFEST}
  memory  installed
  x       ready

What to type next:
  cc-mcp enable memory                put it on standby and into Claude Code
  cc-mcp status                       what runs, and what it costs
  cc-mcp search                       find another server
  cc-mcp --help                       all commands`);
});

test('a failure: the log of what broke, one line, what to try', () => {
  expect(failureView({ message: 'the build failed: pglast is gone', suggestions: ['--override "pglast<8"'], log: ['line 1\u001B[31m', 'line 2'] }, PLAIN))
    .toBe('  line 1\n  line 2\nError: the build failed: pglast is gone\n  Try: --override "pglast<8"');
  expect(warningView('old\nversion', PLAIN)).toBe('Warning: old version');
});

test('a log line is made harmless, and carries its time when asked', () => {
  const line = { time: '2026-11-21T07:00:00Z', session: 's1', text: 'a\u001B[2Jb' };
  expect(logLineView(line, false, PLAIN)).toBe('ab');
  expect(logLineView(line, true, PLAIN)).toBe('2026-11-21T07:00:00Z s1 ab');
});

test('start, stop and restart say what ran and what runs now', () => {
  const server = { server: 'memory', manifest: MANIFEST };
  expect(startView({ ...server, outcome: 'started' }, PLAIN)).toBe(`✓ Started memory: it is on standby\n  from ${MANIFEST}`);
  expect(startView({ ...server, outcome: 'already-started' }, PLAIN)).toContain('memory is on standby already');
  expect(startView({ ...server, outcome: 'on-demand' }, PLAIN)).toContain('it starts when a client asks');
  expect(stopView({ ...server, outcome: 'stopped', sessions: 1, standbys: 2 }, PLAIN)).toContain('✓ Stopped memory: ended 1 session and 2 standbys; the next client starts it again');
  expect(stopView({ ...server, outcome: 'already-stopped', sessions: 0, standbys: 0 }, PLAIN)).toContain('✓ Nothing of memory runs');
  expect(restartView({ ...server, outcome: 'restarted', sessions: 0, standbys: 0 }, PLAIN)).toContain('✓ Restarted memory: nothing ran; a new one is on standby');
});

test('config: a list with where each value comes from, a bare value for scripts, what changed', () => {
  const file = '/home/me/.cc-mcp/config.json';
  const engine = { key: 'engine', value: '/x', origin: 'environment', from: 'CC_MCP_ENGINE' } as const;
  const memory = { key: 'standby.memory', value: null, origin: 'default', from: 'a quarter' } as const;
  expect(configView('list', { outcome: 'listed', file, settings: [engine, memory] }, PLAIN)).toBe('engine = /x\n  CC_MCP_ENGINE\nstandby.memory is not set\n  a quarter');
  expect(configView('get', { outcome: 'listed', file, settings: [engine] }, PLAIN)).toBe('/x');
  expect(configView('get', { outcome: 'listed', file, settings: [memory] }, PLAIN)).toBe('');
  expect(configView('set', { outcome: 'changed', file, settings: [engine] }, PLAIN)).toBe(`✓ Changed in ${file}\n  engine = /x\n! CC_MCP_ENGINE is set, and comes first`);
  expect(configView('unset', { outcome: 'unchanged', file, settings: [memory] }, PLAIN)).toBe(`✓ Nothing to change in ${file}\n  standby.memory is not set`);
});
