import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EngineSilence, whileAnswering, withDeadline } from './deadline.ts';

const forever = (): Promise<never> => new Promise(() => {});

describe('withDeadline', () => {
  it('ends work that heeds nothing', async () => {
    await expect(withDeadline({ deadline: 30 }, forever)).rejects.toBeInstanceOf(EngineSilence);
  });

  it('ends it with the reason of the caller, and tells the work', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    let told = false;
    const work = withDeadline({ deadline: 5000, signal: controller.signal }, (signal) => {
      signal.addEventListener('abort', () => void (told = true));
      return forever();
    });
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(told).toBe(true);
  });

  it('does not begin for a caller that has gone', async () => {
    let begun = false;
    await expect(withDeadline({ deadline: 5000, signal: AbortSignal.abort(new Error('gone')) }, async () => void (begun = true))).rejects.toThrow('gone');
    expect(begun).toBe(false);
  });
});

describe('whileAnswering', () => {
  it('waits as long as the pings are answered', async () => {
    expect(await whileAnswering({ deadline: 40 }, async () => {}, async () => {
      await delay(300);
      return 'done';
    })).toBe('done');
  });

  it('ends when one is not, with what the ping says', async () => {
    await expect(whileAnswering({ deadline: 40 }, forever, forever)).rejects.toBeInstanceOf(EngineSilence);
    await expect(whileAnswering({ deadline: 40 }, async () => Promise.reject(new Error('refused')), forever)).rejects.toThrow('refused');
  });

  it('ends at its limit though the pings are answered', async () => {
    await expect(whileAnswering({ deadline: 40 }, async () => {}, forever, 100)).rejects.toThrow('0.1 s');
  });
});
