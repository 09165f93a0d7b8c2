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
  limits: { memory: '512m', cpus: '0.5', pids: 128 }, gate: 'full', missing: [],
};
const RESULT: InstallResult = {
  outcome: 'installed', server: 'postgres-mcp', manifest: PLAN.manifest, version: '0.3.0', image: 'sha256:0123456789abcdef', recipe: 'r', built: true,
  plan: PLAN, enabled: false, missing: [],
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

test('an installed server says what to type next', () => {
  expect(installResultView(RESULT, PLAIN)).toBe(
    "✓ Installed postgres-mcp\n  0.3.0 as image 0123456789ab, in /home/me/.cc-mcp/mcp.json\nRun 'cc-mcp enable postgres-mcp' to activate");
  expect(installResultView({ ...RESULT, enabled: true }, PLAIN)).toBe(
    '✓ Installed postgres-mcp\n  0.3.0 as image 0123456789ab, in /home/me/.cc-mcp/mcp.json\n✓ Enabled postgres-mcp\nRestart Claude Code to use it (claude -r resumes where you were)');
  expect(installResultView({ ...RESULT, outcome: 'already-installed' }, PLAIN)).toMatch(/^✓ postgres-mcp is already installed\n/);
});

test('a value that is missing is named', () => {
  expect(installResultView({ ...RESULT, missing: ['DATABASE_URI'] }, PLAIN)).toBe(
    "✓ Installed postgres-mcp\n  0.3.0 as image 0123456789ab, in /home/me/.cc-mcp/mcp.json\n! It needs DATABASE_URI before it can be enabled\nRun 'cc-mcp uninstall postgres-mcp' and install it again with --env DATABASE_URI=VALUE");
});

test('--dry-run prints the plan and that nothing was changed', () => {
  expect(installResultView({ ...RESULT, outcome: 'planned' }, PLAIN)).toBe(`${installPlanView(PLAN, PLAIN)}\nNothing was changed (--dry-run)`);
});

test('colour is for a screen that has it', () => {
  expect(installResultView(RESULT, { columns: 80, color: true })).toMatch(/^\u001B\[32m✓\u001B\[39m Installed/);
});
