import { expect, test } from 'vitest';
import type { GateReport, GateStep } from '../domain/gate-report.ts';
import { gateReportView } from './gate-report.ts';

const PLAIN = { columns: 80, color: false };
const step = (part: Partial<GateStep>): GateStep => ({ step: 'calls', outcome: 'passed', title: 'Query test', reason: '', suggestions: [], milliseconds: 500, ...part });
const PASSED: GateReport = {
  outcome: 'passed',
  steps: [
    step({ step: 'connection', title: 'Connection test' }), step({}),
    step({ step: 'security', title: 'Security checks', reason: 'image not scanned: install trivy or grype' }),
  ],
  milliseconds: 1500,
  proven: { era: 'legacy', protocolVersion: '2025-11-25', serverName: 'postgres', serverVersion: '0.3.0', tools: { a: 'x', b: 'y' }, resources: 0, prompts: 0 },
};

test('steps are said in the words of the founding document, with the truth about the scan', () => {
  expect(gateReportView({ target: 'postgres-mcp', gate: PASSED, stepsShown: false }, PLAIN)).toBe(`✓ Connection test passed
✓ Query test passed
✓ Security checks passed (image not scanned: install trivy or grype)
✓ postgres-mcp passes the gate (postgres 0.3.0, 2 tools, 1.5 s)`);
});

test('steps that the same terminal has just shown are not said twice', () => {
  expect(gateReportView({ target: 'postgres-mcp', gate: PASSED, stepsShown: true }, PLAIN)).toBe('✓ postgres-mcp passes the gate (postgres 0.3.0, 2 tools, 1.5 s)');
});

test('a failure says why and what to type, and what was skipped says why', () => {
  const gate: GateReport = {
    outcome: 'failed',
    steps: [
      step({ step: 'connection', title: 'Connection test', outcome: 'failed', reason: 'out of memory at 64 MiB', suggestions: ['--memory 128m'] }),
      step({ outcome: 'skipped', reason: 'the connection failed' }),
      step({ step: 'shutdown', title: 'Shutdown', outcome: 'warned', reason: 'ignores the end of its input' }),
    ],
    milliseconds: 1500,
  };
  expect(gateReportView({ target: 'npm:x', gate, stepsShown: false }, PLAIN)).toBe(`✗ Connection test failed: out of memory at 64 MiB
  --memory 128m
- Query test skipped (the connection failed)
! Shutdown: ignores the end of its input
✗ npm:x fails the gate`);
});
