import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const KEPT = 64 * 1024;

/** The last 64 KiB of what a server says on stderr. It always reads on, so that a flood stalls neither the server nor us, and none of it reaches a disk. */
export class StderrRing {
  #text = '';
  #bytes = 0;
  readonly #decoder = new StringDecoder('utf8');

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length;
      const text = this.#decoder.write(chunk.length > KEPT ? chunk.subarray(-KEPT) : chunk);
      this.#text = (this.#text + text).slice(-KEPT);
    });
    // The connection's end is told by stdout and by the container's exit.
    stream.on('error', () => undefined);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get text(): string {
    return this.#text;
  }
}
