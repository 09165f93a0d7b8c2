import { expect, it } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import type { ProgressEvent } from '../domain/progress.ts';
import { createRedactor } from '../domain/redact.ts';
import { PASSED, StepRecorder } from './step-recorder.ts';

const PROVEN = { era: 'legacy', protocolVersion: '1', serverName: 's', serverVersion: '1', tools: {}, resources: 0, prompts: 0 } as const;

function recorder() {
  const events: ProgressEvent[] = [];
  let time = 0;
  const clock: Clock = { now: () => 0, monotonic: () => (time += 10), sleep: async () => undefined };
  return { steps: new StepRecorder({ report: (event) => void events.push(event) }, clock, createRedactor(['hunter22'])), events };
}

it('says each step in the words of the terminal', async () => {
  const { steps, events } = recorder();
  await steps.run('connection', 'Connection test', 'Testing', async () => PASSED);
  await steps.run('calls', 'Query test', 'Running', async () => ({ outcome: 'passed', reason: 'test from the index' }));
  await steps.run('shutdown', 'Shutdown test', 'Ending', async () => ({ outcome: 'warned', reason: 'it runs on' }));
  await steps.run('security', 'Security checks', 'Checking', async () => ({ outcome: 'failed', reason: 'no' }));
  steps.skip('calls', 'Second test', 'why', true);
  steps.skip('calls', 'Third test', 'why', false);
  expect(events.flatMap((event) => (event.type === 'step-ended' ? [event.label] : []))).toEqual([
    'Connection test passed', 'Query test passed', 'Shutdown test: it runs on', 'Security checks failed: no', 'Second test skipped (why)',
  ]);
});

it('keeps secrets and control characters out of all that it says', async () => {
  const { steps, events } = recorder();
  await steps.run('connection', 'Connection test', 'Testing', async () => ({ outcome: 'failed', reason: 'bad\u001B[31m hunter22\nline', suggestions: ['not hunter22'], label: 'hunter22' }));
  expect(JSON.stringify([steps.report(undefined), events])).not.toMatch(/hunter22|\\u001b|\\n/);
  expect(steps.report(undefined).steps[0]).toMatchObject({ reason: 'bad [redacted] line', suggestions: ['not [redacted]'] });
});

it('fails closed: one failed step, or a server of which nothing was learned', async () => {
  const failed = recorder().steps;
  await failed.run('connection', 'a', '', async () => PASSED);
  await failed.run('calls', 'b', '', async () => ({ outcome: 'failed', reason: 'x' }));
  expect(failed.report(PROVEN).outcome).toBe('failed');
  expect(recorder().steps.report(undefined).outcome).toBe('failed');
  const warned = recorder().steps;
  await warned.run('connection', 'a', '', async () => ({ outcome: 'warned', reason: 'x' }));
  expect(warned.report(PROVEN).outcome).toBe('warned');
  expect(recorder().steps.report(PROVEN).outcome).toBe('passed');
});

it('ends the step that an abort interrupts, and passes it on', async () => {
  const { steps, events } = recorder();
  const reason = new Error('enough');
  await expect(steps.run('connection', 'Connection test', 'Testing', async () => { throw reason; })).rejects.toBe(reason);
  expect(events.at(-1)).toMatchObject({ type: 'step-ended', outcome: 'failed', label: 'Connection test was not finished' });
});
