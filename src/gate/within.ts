import type { Clock } from '../domain/clock.ts';

/** `late` when the time was over before the work. */
export type Timely<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'late' };

/**
 * Runs work that may take so many seconds; its signal fires at the end of them, and when the caller's does.
 * It does not wait for work that ignores the signal. The caller's own abort is thrown.
 */
export async function within<T>(clock: Clock, seconds: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<Timely<T>> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const over = new AbortController();
  const limited = AbortSignal.any([signal, over.signal]);
  const timer = clock.sleep(seconds * 1000, AbortSignal.any([signal, ended.signal])).then(
    (): Timely<T> => ({ kind: 'late' }),
    (error: unknown) => {
      if (signal.aborted) throw signal.reason;
      if (ended.signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    },
  );
  const working = work(limited).then((value): Timely<T> => ({ kind: 'done', value }));
  // What it throws after the time is over says nothing new.
  working.catch(() => undefined);
  timer.catch(() => undefined);
  try {
    const first = await Promise.race([working, timer]);
    if (first.kind === 'late') over.abort(new DOMException('The time is over', 'TimeoutError'));
    return first;
  } finally {
    ended.abort();
  }
}
