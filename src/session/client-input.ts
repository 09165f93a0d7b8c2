import type { Readable, Writable } from 'node:stream';
import type { Watch } from './deferred-watch.ts';
import { MessageScanner, type ScannedMessage } from './message-scanner.ts';

/** More than this waits in the client's own pipe until somebody takes it. */
const HELD_LIMIT = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

export type FirstLine = { readonly kind: 'line'; readonly messages: readonly ScannedMessage[] } | { readonly kind: 'ended' };

/** The client's bytes: held until a container is there for them, then streamed with its back-pressure. */
export class ClientInput {
  readonly #stream: Readable;
  #held: Buffer = EMPTY;
  #changed: () => void = () => {};
  /** Resolves when the client has closed its side, or is gone. */
  readonly ended: Promise<void>;
  #isEnded = false;
  #hold = (chunk: Buffer): void => {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#held.length >= HELD_LIMIT) this.#stream.pause();
    this.#changed();
  };

  constructor(stream: Readable) {
    this.#stream = stream;
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#isEnded = true;
        resolve();
        this.#changed();
      };
      stream.once('end', end);
      stream.once('close', end);
      stream.once('error', end);
    });
    stream.on('data', this.#hold);
  }

  /** Waits for the next line and leaves it where it is. A line too long to wait for has no messages. */
  async peekLine(): Promise<FirstLine> {
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end !== -1) {
        const scanner = new MessageScanner();
        scanner.push(this.#held, 0, end);
        return { kind: 'line', messages: scanner.endLine() ?? [] };
      }
      if (this.#held.length >= HELD_LIMIT) return { kind: 'line', messages: [] };
      if (this.#isEnded) return { kind: 'ended' };
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Takes the line away that was peeked at; of one too long to wait for, what has come of it. */
  dropLine(): void {
    const end = this.#held.indexOf(0x0a);
    this.#held = end === -1 ? EMPTY : this.#held.subarray(end + 1);
    if (this.#held.length < HELD_LIMIT) this.#stream.resume();
  }

  /** What has arrived and was not taken. */
  get held(): Buffer {
    return this.#held;
  }

  /** Gives everything to the server, but for the first `already` bytes that it has; its end is the server's end of input. */
  pour(target: Writable, already: number, watch: Watch): void {
    const pass = (chunk: Buffer): void => {
      // Bytes first, knowledge of them second.
      if (!target.write(chunk)) {
        this.#stream.pause();
        target.once('drain', () => this.#stream.resume());
      }
      watch.seen(chunk);
    };
    const held = this.#held;
    this.#held = EMPTY;
    this.#stream.off('data', this.#hold);
    if (already > 0) watch.seen(held.subarray(0, already));
    if (held.length > already) pass(held.subarray(already));
    this.#stream.on('data', pass);
    if (this.#stream.isPaused() && !target.writableNeedDrain) this.#stream.resume();
    void this.ended.then(() => target.end());
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
