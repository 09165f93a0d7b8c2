/*
 * Bytes without streams in between, for the relay of `run`: Node's streams cost as much for a small message as the message itself.
 */

/** Takes bytes. True: it needs them no longer, so that what they lie in may be filled again. */
export type ByteListener = (pieces: readonly Buffer[]) => boolean;

export interface ByteSource {
  /** Begins to read. Pieces that came before are given first. */
  onBytes(listener: ByteListener): void;
  pause(): void;
  resume(): void;
  /** Resolves when nothing more will come, for whatever reason. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface ByteSink {
  /** False: wait for `drained` before the next. */
  write(pieces: readonly (Buffer | string)[]): boolean;
  drained(): Promise<void>;
  /** Nothing that was written is still waiting here. */
  isFlushed(): boolean;
  /** Ends this side, after what was written; resolves when it is out, or never will be. */
  end(): Promise<void>;
  /** Resolves when the other side does not take any more. */
  readonly broken: Promise<void>;
}

/** Both directions of one connection. Closing it closes the connection. */
export interface ByteChannel extends ByteSource, ByteSink {}
