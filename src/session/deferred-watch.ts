import type { Clock } from '../domain/clock.ts';
import { LineFeeder, type LineListener } from './line-feeder.ts';

/** How long what has passed may wait to be looked at, and how much of it. */
const LATEST_MILLISECONDS = 100;
const MOST_BYTES = 128 * 1024;

/** One direction of a session. */
export interface Watch {
  /** This has passed: look at it some time. The bytes must stay as they are. */
  seen(chunk: Buffer): void;
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
      seen: (chunk) => this.#add(feeder, chunk),
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

  #add(feeder: LineFeeder, chunk: Buffer): void {
    this.#waiting.push({ feeder, chunk, at: this.#clock.monotonic() });
    this.#bytes += chunk.length;
    if (this.#isImmediate || this.#bytes > MOST_BYTES) this.flush();
    else if (!this.#isArmed) this.#arm();
  }

  #arm(): void {
    this.#isArmed = true;
    void this.#clock.sleep(LATEST_MILLISECONDS).then(() => {
      this.#isArmed = false;
      this.flush();
    });
  }
}
