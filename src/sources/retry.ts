import type { Clock } from '../domain/clock.ts';

/** A try that failed and may be repeated, after as many milliseconds as the other side asked for. */
export class Transient extends Error {
  override readonly name = 'Transient';
  readonly retryAfter: number | undefined;

  constructor(cause: unknown, retryAfter?: number) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.retryAfter = retryAfter;
  }
}

const TRIES = 3;
const BACKOFF = [500, 2000];
/** Milliseconds that all tries and waits together may take. */
const BUDGET = 20_000;
const ONE_TRY = 8000;

/** Up to three tries; a Transient that is left over is thrown. `work` gets a signal that ends its one try. */
export async function withRetries<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const end = clock.monotonic() + BUDGET;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      const limit = AbortSignal.timeout(Math.max(1, Math.round(Math.min(ONE_TRY, end - clock.monotonic()))));
      return await work(signal === undefined ? limit : AbortSignal.any([signal, limit]));
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Transient) || attempt === TRIES) throw error;
      const pause = error.retryAfter ?? BACKOFF[attempt - 1] ?? 0;
      // Waiting longer than the budget helps nobody who sits before the terminal.
      if (clock.monotonic() + pause >= end) throw error;
      await clock.sleep(pause, signal);
    }
  }
}

/** `Retry-After` as milliseconds: seconds, or a date. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header === '') return undefined;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
