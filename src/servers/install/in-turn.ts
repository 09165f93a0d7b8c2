import type { Progress, ProgressEvent } from '../../domain/progress.ts';

/** The part of a work that overlaps with no other's. */
export interface Turn {
  /** What is reported before the turn comes is said when it has come, or when the work has ended without it. */
  readonly progress: Progress;
  /** Resolves when all works before are done; rejects with the error of one that threw. */
  comes(): Promise<void>;
}

/**
 * Begins each work as soon as the one before has its turn or has ended, so that at most two overlap. Gives their results in order. After one that
 * throws none begins any more, and the error is thrown when the other has ended, too.
 */
export async function inTurn<Item, Result>(items: readonly Item[], progress: Progress, work: (item: Item, turn: Turn) => Promise<Result>): Promise<readonly Result[]> {
  const begun: Promise<Result>[] = [];
  let before: Promise<unknown> = Promise.resolve();
  let isOver = false;
  for (const item of items) {
    if (isOver) break;
    const previous = before;
    const turn = Promise.withResolvers<void>();
    const held = new HeldProgress(progress);
    const one = work(item, {
      progress: held,
      async comes() {
        await previous;
        held.release();
        turn.resolve();
      },
    });
    begun.push(one);
    before = previous.then(async () => {
      await one.finally(() => held.release());
    });
    // Each is waited for below; who waits for its turn hears of it, too.
    before.catch(() => { isOver = true; });
    await Promise.race([turn.promise, one.then(() => undefined, () => { isOver = true; })]);
  }
  await Promise.allSettled([...begun, before]);
  return Promise.all(begun);
}

class HeldProgress implements Progress {
  readonly #progress: Progress;
  #held: ProgressEvent[] | undefined = [];

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  report(event: ProgressEvent): void {
    if (this.#held === undefined) this.#progress.report(event);
    else this.#held.push(event);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.#progress.report(event);
  }
}
