import { expect, test } from 'vitest';
import type { ContainerState } from './container-engine.ts';
import { type CrashEvidence, isCrashLoop } from './crash-loop.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const runningFor = (seconds: number): ContainerState => ({ status: 'running', startedAt: new Date(NOW - seconds * 1000).toISOString(), pid: 1, paused: false });
const waitingFor = (milliseconds: number): ContainerState => ({ status: 'exited', exitCode: 1, oomKilled: false, finishedAt: new Date(NOW - milliseconds).toISOString(), error: '' });
/** Made an hour ago. */
const OLD: CrashEvidence = { restarts: 50, createdAt: NOW - 60 * MINUTE, exits: 0, state: runningFor(1) };
const NEW: CrashEvidence = { ...OLD, restarts: 5, createdAt: NOW - 9 * MINUTE };

test.each([
  ['started again five times, all within ten minutes', NEW, true],
  ['started again four times', { ...NEW, restarts: 4, exits: 5 }, false],
  ['many restarts in an hour, and nothing known of the last minutes', OLD, false],
  ['many restarts, five of them lately', { ...OLD, exits: 5 }, true],
  ['many restarts, four of them lately', { ...OLD, exits: 4 }, false],
  ['many restarts, and it waits longer than after the fifth', { ...OLD, state: waitingFor(1700) }, true],
  ['many restarts, and it waits no longer than after the fifth', { ...OLD, state: waitingFor(1600) }, false],
  ['it has run for a minute since', { ...NEW, state: runningFor(60), exits: 50 }, false],
  ['it has run for nearly a minute', { ...NEW, state: runningFor(59) }, true],
  ['it is gone', { ...NEW, state: undefined }, false],
])('[F22] %s', (_, evidence, expected) => {
  expect(isCrashLoop(evidence, NOW)).toBe(expected);
});
