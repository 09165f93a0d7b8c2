import { CcMcpError } from '../domain/errors.ts';
import type { TestResult } from '../servers/test-server.ts';

/** A gate that was asked for and failed: the report is printed or stands in `details`, and the exit code says so. */
export function gateFailure({ target, server, gate }: TestResult): CcMcpError {
  const failed = gate.steps.filter(({ outcome }) => outcome === 'failed');
  const steps = failed.map(({ step, title, reason }) => ({ step, title, reason }));
  return new CcMcpError('GATE_FAILED', `${target} fails the gate: ${steps.map(({ title }) => title).join(', ')}`, {
    suggestions: failed.flatMap(({ suggestions }) => suggestions), details: { target, server, steps },
  });
}
