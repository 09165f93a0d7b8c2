import type { Readable, Writable } from 'node:stream';
import type { Watch } from './deferred-watch.ts';

/** A longer line is a server gone wild, not a message. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** The server's bytes on their way to the client, untouched. */
export class ServerOutput {
  readonly #source: Readable;
  readonly #client: Writable;
  readonly #watch: Watch;
  readonly #tooLong: () => void;
  #bytes = 0;
  /** Resolves when the server's side is closed and all of it has been taken. */
  readonly ended: Promise<void>;
  #drain = (): void => {
    this.#source.resume();
  };
  #pass = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (!this.#client.write(chunk)) {
      this.#source.pause();
      this.#client.once('drain', this.#drain);
    }
    this.#watch.seen(chunk);
    if (this.#watch.lineBytes() > LONGEST_LINE) {
      this.stop();
      this.#tooLong();
    }
  };

  constructor(source: Readable, client: Writable, watch: Watch, tooLong: () => void) {
    this.#source = source;
    this.#client = client;
    this.#watch = watch;
    this.#tooLong = tooLong;
    this.ended = new Promise((resolve) => {
      source.once('end', resolve);
      source.once('close', resolve);
      source.once('error', () => resolve());
    });
    source.on('data', this.#pass);
  }

  /** Nothing of the server reaches the client any more. */
  stop(): void {
    this.#source.off('data', this.#pass);
    this.#client.off('drain', this.#drain);
    this.#source.destroy();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get midLine(): boolean {
    return this.#watch.isMidLine();
  }
}
