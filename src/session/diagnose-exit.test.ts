import { expect, test } from 'vitest';
import { prepared } from '../../test/support/session-fixtures.ts';
import { diagnoseExit } from './diagnose-exit.ts';

const exited = (exitCode: number, oomKilled = false) => ({ status: 'exited', exitCode, oomKilled, finishedAt: '', error: '' }) as const;
const say = (state: Parameters<typeof diagnoseExit>[1]['state'], more: { heapExhausted?: boolean; pids?: number; lastLines?: string[] } = {}): string =>
  diagnoseExit(prepared(), { state, heapExhausted: false, lastLines: [], ...more });

test('the kernel, the heap, a kill and an exit are told apart, in this order', () => {
  expect(say(exited(137, true))).toMatch(/out of memory \(limit 512 MiB\).*--memory 1024m/);
  expect(say(exited(137))).toMatch(/was killed \(SIGKILL\)/);
  expect(say(exited(139), { heapExhausted: true })).toMatch(/exhausted its heap.*--memory/);
  expect(say(exited(0, true))).toMatch(/exited with code 0 after a process of it ran out of memory/);
  expect(say(exited(3), { lastLines: ['one', 'two'] })).toMatch(/exited with code 3\. Last lines of its log: one \| two/);
  expect(say(undefined)).toMatch(/its container was removed/);
});

test('processes are named only where they are used up', () => {
  expect(say(exited(1), { pids: 128 })).toMatch(/used up its 128 processes.*--pids/);
  expect(say(exited(1), { pids: 20 })).not.toMatch(/processes/);
});
