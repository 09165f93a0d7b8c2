import type { ExpectedCall } from '../domain/package.ts';
import type { Asking } from './capability-test.ts';
import { wanted } from './diagnosis/diagnose.ts';
import { unexpected } from './expected-result.ts';
import { diagnoseFailure, failureOf, LATE, settingsOf } from './failed-connection.ts';
import type { StepResult } from './step-recorder.ts';
import { within } from './within.ts';

const WRITTEN_BY = 'test from the index';

/** One of the package's own calls, whose result is compared. */
export async function testCall({ engine, clock, container, connection, request, seconds }: Asking, call: ExpectedCall, signal: AbortSignal): Promise<StepResult> {
  const called = await within(clock, seconds, signal, async (limited) => {
    try {
      return await connection.callTool(call.tool, call.arguments, limited);
    } catch (error) {
      if (limited.aborted) throw error;
      return failureOf(error);
    }
  });
  const value = called.kind === 'late' ? LATE : called.value;
  if ('fault' in value) {
    const { reason, suggestions } = await diagnoseFailure(engine, clock, container, request, value, seconds, signal);
    return { outcome: 'failed', reason: `${call.tool}: ${reason}`, suggestions };
  }
  const wrong = unexpected(value, call.expect);
  if (wrong === undefined) return { outcome: 'passed', reason: WRITTEN_BY };
  const lacks = wanted(value.text, settingsOf(container.spec, request));
  return { outcome: 'failed', reason: `${call.tool}: ${wrong}`, suggestions: lacks === undefined ? [] : [`It seems that ${lacks.reason}`, ...lacks.suggestions] };
}
