import { CcMcpError } from '../domain/errors.ts';

const HEADER = 8;

/** Gets the bytes of a frame, as slices of what was received. */
export type TakeFrame = (bytes: Buffer, isStdout: boolean) => void;

/** Takes the engine's multiplexed stream apart: frames of an 8-byte header (stream, three zeros, length) and their bytes, of any size. */
export class FrameCutter {
  readonly #take: TakeFrame;
  readonly #header = Buffer.alloc(HEADER);
  #headerBytes = 0;
  #remaining = 0;
  #isStdout = true;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#remaining === 0) {
        offset = this.#readHeader(chunk, offset);
        continue;
      }
      const end = Math.min(offset + this.#remaining, chunk.length);
      this.#take(chunk.subarray(offset, end), this.#isStdout);
      this.#remaining -= end - offset;
      offset = end;
    }
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
    this.#isStdout = kind >>> 24 < 2;
    this.#remaining = bytes.readUInt32BE(offset + 4);
    this.#headerBytes = 0;
    return offset + HEADER;
  }
}
