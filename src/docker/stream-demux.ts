import { Readable } from 'node:stream';
import { FrameCutter } from './frame-cutter.ts';

/** What a multiplexed stream is read from: it can be told to wait. */
export interface FrameSource {
  pause(): unknown;
  resume(): unknown;
}

/**
 * The frames of an engine's stream as two readable ones; what was received goes on in slices, never collected. When either output has
 * enough, the source is paused: both wait then, because they share one connection. Who needs stdout not to wait for stderr attaches twice.
 */
export class StreamDemux {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #source: FrameSource;
  readonly #full = new Set<Readable>();
  readonly #cutter = new FrameCutter((bytes, isStdout) => this.#give(bytes, isStdout ? this.stdout : this.stderr));

  constructor(source: FrameSource) {
    this.#source = source;
    this.stdout = this.#output();
    this.stderr = this.#output();
  }

  push(chunk: Buffer): void {
    this.#cutter.push(chunk);
  }

  /** No more will come, for whatever reason: the outputs end after what they hold. */
  end(): void {
    for (const output of [this.stdout, this.stderr]) {
      if (!output.destroyed && !output.readableEnded) output.push(null);
    }
  }

  #give(bytes: Buffer, output: Readable): void {
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
