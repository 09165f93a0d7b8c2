import { expect, test } from 'vitest';
import { CallLedger } from './call-ledger.ts';
import type { ScannedMessage } from './message-scanner.ts';

const request = (id: string, method = 'tools/call'): ScannedMessage => ({ id, method, isAnswer: false, failed: false });
const answer = (id: string, failed = false): ScannedMessage => ({ id, method: undefined, isAnswer: true, failed });

test('calls are counted with their errors and times, by the time at which they passed', () => {
  const ledger = new CallLedger();
  ledger.sent(request('1'), 100);
  ledger.sent(request('"1"'), 110);
  expect(ledger.waitingSince()).toBe(100);
  expect(ledger.received(answer('"1"', true), 130)).toBe('tools/call');
  expect(ledger.received(answer('1'), 200)).toBe('tools/call');
  expect(ledger.activity()).toEqual({ calls: 2, errors: 1, latencyTotal: 120, latencyMax: 100, strayLines: 0 });
});

test('a request of the server with the same id as a call in flight does not answer it', () => {
  const ledger = new CallLedger();
  ledger.sent(request('1'), 0);
  expect(ledger.received(request('1', 'sampling/createMessage'), 1)).toBeUndefined();
  ledger.sent(answer('1'), 2);
  expect(ledger.takeInFlight()).toEqual(['1']);
});

test('a cancelled call, a notification and an answer to nothing leave nothing in flight', () => {
  const ledger = new CallLedger();
  ledger.sent(request('1'), 0);
  ledger.cancelled('1');
  expect(ledger.sent({ id: undefined, method: 'notifications/x', isAnswer: false, failed: false }, 0)).toBe(false);
  expect(ledger.received(answer('7'), 1)).toBeUndefined();
  expect(ledger.takeInFlight()).toEqual([]);
});
