import type { ByteSink, ByteSource } from '../domain/byte-channel.ts';
import type { Watch } from './deferred-watch.ts';

/** A longer line is a server gone wild, not a message. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** The server's bytes on their way to the client, untouched. */
export class ServerOutput {
  readonly #source: ByteSource;
  readonly #watch: Watch;
  #isOpen = true;

  constructor(source: ByteSource, client: ByteSink, watch: Watch, tooLong: () => void) {
    this.#source = source;
    this.#watch = watch;
    source.onBytes((pieces) => {
      if (!this.#isOpen) return true;
      if (!client.write(pieces)) {
        source.pause();
        void client.drained().then(() => source.resume());
      }
      const isDone = watch.seen(pieces) && client.isFlushed();
      if (watch.lineBytes() > LONGEST_LINE) {
        this.stop();
        tooLong();
      }
      return isDone;
    });
  }

  /** Resolves when the server's side is closed. */
  get ended(): Promise<void> {
    return this.#source.ended;
  }

  /** Nothing of the server reaches the client any more. */
  stop(): void {
    this.#isOpen = false;
    this.#source.close();
  }

  /** Whether the client has a part of a line. */
  isMidLine(): boolean {
    return this.#watch.isMidLine();
  }
}
