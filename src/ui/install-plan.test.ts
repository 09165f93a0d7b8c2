import { expect, test } from 'vitest';
import type { InstallPlan, InstallResult } from '../servers/install/install-request.ts';
import { installPlanView } from './install-plan.ts';
import { installResultView } from './install-result.ts';

const PLAIN = { columns: 80, color: false };
const PLAN: InstallPlan = {
  server: 'postgres-mcp', manifest: '/home/me/.cc-mcp/mcp.json', title: 'PostgreSQL', description: 'Query, explain and tune a database',
  code: [
    { what: 'package', name: 'pypi:postgres-mcp@0.3.0', origin: 'the starter index' },
    { what: 'override', name: 'mcp<2', origin: 'the starter index' },
  ],
  arguments: ['--access-mode=restricted'], environment: { DATABASE_URI: 'secret store' },
  permissions: { net: 'network my-db', read: ['./notes'], write: [], volumes: [], state: [], env: [], scripts: false },
  limits: { memory: '512m', cpus: '0.5', pids: 128 }, transport: 'stdio', gate: 'full', missing: [],
};
const RESULT: InstallResult = {
  outcome: 'installed', server: 'postgres-mcp', manifest: PLAN.manifest, version: '0.3.0', image: 'sha256:0123456789abcdef', recipe: 'r', built: true,
  plan: PLAN, changes: [], enabled: false, missing: [],
};

test('a plan shows all code with its origin and everything that is granted', () => {
  expect(installPlanView(PLAN, PLAIN)).toBe(`Plan for postgres-mcp
  About      PostgreSQL
             Query, explain and tune a database
  Code       package: pypi:postgres-mcp@0.3.0 (the starter index)
             override: mcp<2 (the starter index)
  Arguments  "--access-mode=restricted"
  Variables  DATABASE_URI from secret store
  Network    network my-db
  May read   ./notes
  Limits     512m of memory, 0.5 CPU, 128 processes
  Gate       full
  Manifest   /home/me/.cc-mcp/mcp.json`);
});

test('on a narrow screen the texts wrap beside their labels', () => {
  const text = installPlanView(PLAN, { columns: 40, color: false });
  expect(text).toContain('  Code       package:\n             pypi:postgres-mcp@0.3.0\n             (the starter index)\n');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
});

test('what a stranger wrote cannot move the cursor', () => {
  expect(installPlanView({ ...PLAN, description: 'nice\u001B[2J\u202Etxt' }, PLAIN)).toContain('             nice<U+202E>txt\n');
});

const WHERE = '0.3.0 as image 0123456789ab, in /home/me/.cc-mcp/mcp.json';
const ENABLING = { outcome: 'enabled', server: 'postgres-mcp', manifest: PLAN.manifest, clientFile: '/home/me/.claude.json', standby: 'ready' } as const;

test('an installed server says what to type next', () => {
  expect(installResultView(RESULT, PLAIN)).toBe(`✓ Installed postgres-mcp\n  ${WHERE}\nRun 'cc-mcp enable postgres-mcp' to activate`);
  expect(installResultView({ ...RESULT, enabled: true, enabling: ENABLING }, PLAIN)).toBe(
    `✓ Installed postgres-mcp\n  ${WHERE}\n✓ Enabled postgres-mcp\nRestart Claude Code to use it (claude -r resumes where you were)`);
});

test('of an earlier run nothing is said to have happened', () => {
  const again: InstallResult = { ...RESULT, outcome: 'already-installed', enabled: true };
  expect(installResultView(again, PLAIN)).toBe(`✓ postgres-mcp is already installed\n  ${WHERE}`);
  expect(installResultView({ ...again, enabling: { ...ENABLING, outcome: 'already-enabled' } }, PLAIN)).toBe(
    `✓ postgres-mcp is already installed\n  ${WHERE}\n  postgres-mcp is already enabled`);
  expect(installResultView({ ...again, enabled: false }, PLAIN)).toMatch(/^✓ postgres-mcp is already installed\n.*\nRun 'cc-mcp enable postgres-mcp' to activate$/);
});

test('settings that were changed are named, and when clients see them', () => {
  const updated: InstallResult = { ...RESULT, outcome: 'updated', changes: ['environment: DATABASE_URI', 'memory: 512m → 1g'] };
  expect(installResultView({ ...updated, enabled: true }, PLAIN)).toBe(
    `✓ Updated environment: DATABASE_URI\n✓ Updated memory: 512m → 1g\n  postgres-mcp ${WHERE}\nA client that is connected keeps the old settings until it starts the server again`);
  expect(installResultView(updated, PLAIN)).toMatch(/mcp\.json\nRun 'cc-mcp enable postgres-mcp' to activate$/);
  expect(installResultView({ ...updated, outcome: 'planned' }, PLAIN)).toMatch(/\n! Would update environment: DATABASE_URI\n! Would update memory: 512m → 1g\nNothing was changed \(--dry-run\)$/);
});

test('a value that is missing is named', () => {
  expect(installResultView({ ...RESULT, missing: ['DATABASE_URI'] }, PLAIN)).toBe(
    `✓ Installed postgres-mcp\n  ${WHERE}\n! It needs DATABASE_URI before it can be enabled\nRun the same command again with --env DATABASE_URI=VALUE`);
});

test('--dry-run prints the plan and that nothing was changed', () => {
  expect(installResultView({ ...RESULT, outcome: 'planned' }, PLAIN)).toBe(`${installPlanView(PLAN, PLAIN)}\nNothing was changed (--dry-run)`);
});

test('colour is for a screen that has it', () => {
  expect(installResultView(RESULT, { columns: 80, color: true })).toMatch(/^\u001B\[32m✓\u001B\[39m Installed/);
});
