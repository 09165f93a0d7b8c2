import type { Clock } from '../domain/clock.ts';
import { LineFeeder, type LineListener } from './line-feeder.ts';

/** How long what has passed may wait to be looked at, and how much of it. */
const LATEST_MILLISECONDS = 100;
const MOST_BYTES = 128 * 1024;
/** More than this at once is a part of something large: nobody waits for the next byte of a short answer, and holding it costs more. */
const LARGE_BYTES = 16 * 1024;

/** One direction of a session. */
export interface Watch {
  /** This has passed: look at it some time. True: it was looked at already; else the bytes must stay as they are. */
  seen(pieces: readonly Buffer[]): boolean;
  /** Whether what has passed ends in the middle of a line. */
  isMidLine(): boolean;
  /** Bytes of the current line, as far as it was looked at. */
  lineBytes(): number;
}

/**
 * Looks at what passes in both directions, in the order in which it passed, a little later: a client that waits for an answer waits
 * for the relay alone. What is looked at carries the time at which it passed.
 */
export class DeferredWatch {
  readonly #clock: Clock;
  readonly #waiting: { readonly feeder: LineFeeder; readonly chunk: Buffer; readonly at: number }[] = [];
  #bytes = 0;
  #isArmed = false;
  #isImmediate = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(listener: LineListener): Watch {
    const feeder = new LineFeeder(listener);
    return {
      seen: (pieces) => this.#add(feeder, pieces),
      isMidLine: () => {
        this.flush();
        return feeder.midLine;
      },
      lineBytes: () => feeder.lineBytes,
    };
  }

  /** From now on there is time: the first answer is out. */
  relax(): void {
    this.#isImmediate = false;
  }

  flush(): void {
    for (const { feeder, chunk, at } of this.#waiting) feeder.feed(chunk, at);
    this.#waiting.length = 0;
    this.#bytes = 0;
  }

  #add(feeder: LineFeeder, pieces: readonly Buffer[]): boolean {
    const at = this.#clock.monotonic();
    let added = 0;
    for (const chunk of pieces) {
      this.#waiting.push({ feeder, chunk, at });
      added += chunk.length;
    }
    this.#bytes += added;
    const isDone = this.#isImmediate || added > LARGE_BYTES || this.#bytes > MOST_BYTES;
    if (isDone) this.flush();
    else if (!this.#isArmed) this.#arm();
    return isDone;
  }

  #arm(): void {
    this.#isArmed = true;
    void this.#clock.sleep(LATEST_MILLISECONDS).then(() => {
      this.#isArmed = false;
      this.flush();
    });
  }
}
