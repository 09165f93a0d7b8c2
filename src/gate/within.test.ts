import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import { within } from './within.ts';

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async (milliseconds, signal) => void (await delay(milliseconds, undefined, signal && { signal })) };
const never = new AbortController().signal;

describe('work that may take so long', () => {
  it('gives its value', async () => {
    expect(await within(clock, 1, never, async () => 42)).toEqual({ kind: 'done', value: 42 });
  });

  it('is late when the time is over, and is told so', async () => {
    let told: unknown;
    const late = await within(clock, 0.02, never, (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject((told = signal.reason)))));
    expect(late).toEqual({ kind: 'late' });
    expect(told).toMatchObject({ name: 'TimeoutError' });
  });

  it('is late even when it does not listen', async () => {
    expect(await within(clock, 0.02, never, () => new Promise(() => undefined))).toEqual({ kind: 'late' });
  });

  it('throws its own failure', async () => {
    await expect(within(clock, 1, never, async () => { throw new RangeError('x'); })).rejects.toThrow(RangeError);
  });

  it.each([0, 20])('throws the caller\'s reason when that aborts after %i ms', async (milliseconds) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    if (milliseconds === 0) controller.abort(reason);
    else setTimeout(() => controller.abort(reason), milliseconds);
    await expect(within(clock, 1, controller.signal, () => new Promise(() => undefined))).rejects.toBe(reason);
  });
});
