import type { ByteListener, ByteSink, ByteSource } from '../domain/byte-channel.ts';
import type { Watch } from './deferred-watch.ts';
import { MessageScanner, type ScannedMessage } from './message-scanner.ts';

/** More than this waits in the client's own pipe until somebody takes it. */
const HELD_LIMIT = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

export type FirstLine = { readonly kind: 'line'; readonly messages: readonly ScannedMessage[] } | { readonly kind: 'ended' };

/** The client's bytes: held until a container is there for them, then passed on with its back-pressure. */
export class ClientInput {
  readonly #source: ByteSource;
  #held: Buffer = EMPTY;
  #changed: () => void = () => {};
  #take: ByteListener = (pieces) => this.#hold(pieces);
  /** Resolves when the client has closed its side, or is gone. */
  readonly ended: Promise<void>;
  #isEnded = false;

  constructor(source: ByteSource) {
    this.#source = source;
    this.ended = source.ended.then(() => {
      this.#isEnded = true;
      this.#changed();
    });
    source.onBytes((pieces) => this.#take(pieces));
  }

  /** Waits for the next line and leaves it where it is. A line too long to wait for has no messages. */
  async peekLine(): Promise<FirstLine> {
    for (;;) {
      const newline = this.#held.indexOf(0x0a);
      // The last line of a script may lack its newline.
      const end = newline === -1 && this.#isEnded ? this.#held.length : newline;
      if (end > 0 || newline !== -1) {
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
    if (this.#held.length < HELD_LIMIT) this.#source.resume();
  }

  /** What has arrived and was not taken. */
  get held(): Buffer {
    return this.#held;
  }

  /** Gives everything to the server, but for the first `already` bytes that it has; its end is the server's end of input. */
  pour(target: ByteSink, already: number, watch: Watch): void {
    const held = this.#held;
    this.#held = EMPTY;
    this.#take = (pieces) => {
      // Bytes first, knowledge of them second.
      if (!target.write(pieces)) {
        this.#source.pause();
        void target.drained().then(() => this.#source.resume());
      }
      return watch.seen(pieces) && target.isFlushed();
    };
    if (already > 0) watch.seen([held.subarray(0, already)]);
    if (held.length > already) this.#take([held.subarray(already)]);
    else this.#source.resume();
    void this.ended.then(() => target.end());
  }

  close(): void {
    this.#source.close();
  }

  #hold(pieces: readonly Buffer[]): boolean {
    this.#held = this.#held.length === 0 && pieces.length === 1 ? (pieces[0] ?? EMPTY) : Buffer.concat([this.#held, ...pieces]);
    if (this.#held.length >= HELD_LIMIT) this.#source.pause();
    this.#changed();
    return false;
  }
}
