/** How long an engine may be silent. Nothing that a healthy one is asked takes a tenth of it. */
export const CONTROL_DEADLINE = 10_000;
/** What an engine that goes on answering pings may take for work, such as a start on a loaded machine. */
const WORK_LIMIT = 120_000;

/** The engine accepted a call and said nothing for too long. */
export class EngineSilence extends Error {
  override readonly name = 'EngineSilence';
}

export interface Limits {
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ends `work` by the deadline or the caller's signal, whether or not it heeds the signal that it is given: an engine library
 * does not always.
 */
export async function withDeadline<T>({ deadline, signal }: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return cut(signal, work, (give) => {
    const timer = setTimeout(() => give(new EngineSilence(`no answer within ${deadline / 1000} s`)), deadline);
    return () => clearTimeout(timer);
  });
}

/** The same for what may take long in itself: the engine is given time as long as it answers a ping, at most `limit` in all. */
export async function whileAnswering<T>(
  { deadline, signal }: Limits, ping: (signal: AbortSignal) => Promise<void>, work: (signal: AbortSignal) => Promise<T>, limit = WORK_LIMIT,
): Promise<T> {
  return cut(signal, work, (give) => {
    const started = performance.now();
    let stopped = false;
    const check = async (): Promise<void> => {
      if (performance.now() - started > limit) {
        give(new EngineSilence(`no answer within ${limit / 1000} s`));
        return;
      }
      try {
        await withDeadline({ deadline: deadline / 2, signal: undefined }, ping);
      } catch (error) {
        give(error);
        return;
      }
      if (!stopped) timer = setTimeout(() => void check(), deadline / 2);
    };
    let timer = setTimeout(() => void check(), deadline / 2);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  });
}

async function cut<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>, arm: (give: (error: unknown) => void) => () => void): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const failure = Promise.withResolvers<never>();
  const onAbort = (): void => failure.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const disarm = arm(failure.reject);
  try {
    return await Promise.race([work(controller.signal), failure.promise]);
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    disarm();
    signal?.removeEventListener('abort', onAbort);
  }
}
