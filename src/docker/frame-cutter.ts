import { CcMcpError } from '../domain/errors.ts';

const HEADER = 8;
const STDOUT = 1;

/** Takes stdout out of the engine's multiplexed stream: frames of an 8-byte header (stream, three zeros, length) and their bytes. */
export class FrameCutter {
  readonly #header = Buffer.alloc(HEADER);
  #headerBytes = 0;
  #remaining = 0;
  #isStdout = true;

  /** The bytes of stdout in this chunk, as slices of it. */
  cut(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#remaining === 0) {
        offset = this.#readHeader(chunk, offset);
        continue;
      }
      const end = Math.min(offset + this.#remaining, chunk.length);
      if (this.#isStdout) pieces.push(chunk.subarray(offset, end));
      this.#remaining -= end - offset;
      offset = end;
    }
    return pieces;
  }

  #readHeader(chunk: Buffer, offset: number): number {
    const end = Math.min(offset + HEADER - this.#headerBytes, chunk.length);
    if (end - offset === HEADER) return this.#startFrame(chunk, offset);
    chunk.copy(this.#header, this.#headerBytes, offset, end);
    this.#headerBytes += end - offset;
    if (this.#headerBytes === HEADER) this.#startFrame(this.#header, 0);
    return end;
  }

  #startFrame(bytes: Buffer, offset: number): number {
    const kind = bytes.readUInt32BE(offset);
    // 0 and 1 are stdout, 2 stderr, 3 the engine's own complaints.
    if ((kind & 0x00ff_ffff) !== 0 || kind >>> 24 > 3) throw new CcMcpError('ENGINE_FAILED', 'The engine sent output that is not multiplexed: the container has a terminal');
    this.#isStdout = kind >>> 24 <= STDOUT;
    this.#remaining = bytes.readUInt32BE(offset + 4);
    this.#headerBytes = 0;
    return offset + HEADER;
  }
}
