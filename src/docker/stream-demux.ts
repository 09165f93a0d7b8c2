import { Readable } from 'node:stream';
import { CcMcpError } from '../domain/errors.ts';

/** What a multiplexed stream is read from: it can be told to wait. */
export interface FrameSource {
  pause(): unknown;
  resume(): unknown;
}

const HEADER = 8;

/**
 * Takes the engine's multiplexed stream apart: frames of an 8-byte header (stream, three zeros, length) and their bytes, of any
 * size, which go on as slices of what was received, never collected. When either output has enough, the source is paused: both
 * wait then, because they share one connection. Who needs stdout not to wait for stderr attaches twice.
 */
export class StreamDemux {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #source: FrameSource;
  readonly #full = new Set<Readable>();
  readonly #header = Buffer.alloc(HEADER);
  #headerBytes = 0;
  #remaining = 0;
  #current: Readable;

  constructor(source: FrameSource) {
    this.#source = source;
    this.stdout = this.#output();
    this.stderr = this.#output();
    this.#current = this.stdout;
  }

  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#remaining > 0) {
        const end = Math.min(offset + this.#remaining, chunk.length);
        this.#give(chunk.subarray(offset, end));
        this.#remaining -= end - offset;
        offset = end;
      } else {
        offset += this.#readHeader(chunk, offset);
      }
    }
  }

  /** No more will come, for whatever reason: the outputs end after what they hold. */
  end(): void {
    for (const output of [this.stdout, this.stderr]) {
      if (!output.destroyed && !output.readableEnded) output.push(null);
    }
  }

  #readHeader(chunk: Buffer, offset: number): number {
    const length = Math.min(HEADER - this.#headerBytes, chunk.length - offset);
    chunk.copy(this.#header, this.#headerBytes, offset, offset + length);
    this.#headerBytes += length;
    if (this.#headerBytes === HEADER) {
      this.#headerBytes = 0;
      // 0 and 1 are stdout, 2 stderr, 3 the engine's own complaints.
      const kind = this.#header.readUInt32BE(0);
      if (kind & 0x00ff_ffff || kind >>> 24 > 3) throw new CcMcpError('ENGINE_FAILED', 'The engine sent output that is not multiplexed: the container has a terminal');
      this.#current = kind >>> 24 > 1 ? this.stderr : this.stdout;
      this.#remaining = this.#header.readUInt32BE(4);
    }
    return length;
  }

  #give(bytes: Buffer): void {
    const output = this.#current;
    if (output.destroyed || output.push(bytes)) return;
    this.#full.add(output);
    this.#source.pause();
  }

  #output(): Readable {
    const wanted = (): void => {
      if (this.#full.delete(output) && this.#full.size === 0) this.#source.resume();
    };
    const output: Readable = new Readable({
      read: wanted,
      destroy(error, done) {
        wanted();
        done(error);
      },
    });
    return output;
  }
}
