import { MessageScanner, type ScannedMessage } from './message-scanner.ts';

export interface LineListener {
  /** One complete line's messages; undefined: it was not JSON-RPC. `line` is there when it lay in one piece, or was wanted and not too long. */
  line(messages: readonly ScannedMessage[] | undefined, line: Buffer | undefined): void;
  /** Asked when a line begins that does not end in the same piece: whether to keep a copy of it. */
  wantsLine(): boolean;
}

const NEWLINE = 0x0a;
const LONGEST_KEPT = 4 * 1024 * 1024;

/** Cuts a stream of bytes into lines for the scanner, without holding them. */
export class LineFeeder {
  readonly #scanner = new MessageScanner();
  readonly #listener: LineListener;
  /** Of the current line, while it is wanted. */
  #pieces: Buffer[] | undefined;

  constructor(listener: LineListener) {
    this.#listener = listener;
  }

  feed(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const whole = !this.#scanner.midLine;
      this.#scanner.push(chunk, start, end);
      const kept = whole ? chunk.subarray(start, end) : this.#join(chunk.subarray(start, end));
      this.#listener.line(this.#scanner.endLine(), kept);
      start = end + 1;
    }
    if (start < chunk.length) this.#begin(chunk, start);
  }

  #begin(chunk: Buffer, start: number): void {
    if (!this.#scanner.midLine) this.#pieces = this.#listener.wantsLine() ? [] : undefined;
    this.#scanner.push(chunk, start, chunk.length);
    if (this.#scanner.lineBytes > LONGEST_KEPT) this.#pieces = undefined;
    this.#pieces?.push(chunk.subarray(start));
  }

  #join(last: Buffer): Buffer | undefined {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    return pieces === undefined ? undefined : Buffer.concat([...pieces, last]);
  }

  get midLine(): boolean {
    return this.#scanner.midLine;
  }

  get lineBytes(): number {
    return this.#scanner.lineBytes;
  }
}
