import { MessageScanner, type ScannedMessage } from './message-scanner.ts';
import { quickScan } from './quick-scan.ts';

export interface LineListener {
  /**
   * A message of a complete line that had passed at a (monotonic) time. `line` gives the line's bytes where they are still there: it
   * lay in one piece, or was wanted.
   */
  message(message: ScannedMessage, at: number, line: () => Buffer | undefined): void;
  /** A complete line that is not JSON-RPC. */
  stray(line: Buffer | undefined): void;
  /** Asked when a line begins that does not end in the same piece: whether to keep a copy of it. */
  wantsLine(): boolean;
}

const NEWLINE = 0x0a;
const LONGEST_KEPT = 4 * 1024 * 1024;

/** Cuts a stream of bytes into lines and says which messages are in them, without holding the bytes. */
export class LineFeeder {
  readonly #scanner = new MessageScanner();
  readonly #listener: LineListener;
  /** Of the current line, while it is wanted. */
  #pieces: Buffer[] | undefined;

  constructor(listener: LineListener) {
    this.#listener = listener;
  }

  feed(chunk: Buffer, at: number): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = start < chunk.length ? chunk.indexOf(NEWLINE, start) : -1) {
      this.#endLine(chunk, start, end, at);
      start = end + 1;
    }
    if (start < chunk.length) this.#beginLine(chunk, start);
  }

  get midLine(): boolean {
    return this.#scanner.midLine;
  }

  get lineBytes(): number {
    return this.#scanner.lineBytes;
  }

  #endLine(chunk: Buffer, start: number, end: number, at: number): void {
    const whole = !this.#scanner.midLine;
    const quick = whole ? quickScan(chunk, start, end) : undefined;
    if (quick !== undefined) {
      this.#listener.message(quick, at, () => chunk.subarray(start, end));
      return;
    }
    this.#scanner.push(chunk, start, end);
    const line = whole ? chunk.subarray(start, end) : this.#join(chunk.subarray(start, end));
    const messages = this.#scanner.endLine();
    if (messages === undefined) this.#listener.stray(line);
    else for (const message of messages) this.#listener.message(message, at, () => line);
  }

  #beginLine(chunk: Buffer, start: number): void {
    if (!this.#scanner.midLine) this.#pieces = this.#listener.wantsLine() ? [] : undefined;
    this.#scanner.push(chunk, start, chunk.length);
    if (this.#scanner.lineBytes > LONGEST_KEPT) this.#pieces = undefined;
    // Copied: what it lies in is filled again.
    this.#pieces?.push(Buffer.from(chunk.subarray(start)));
  }

  #join(last: Buffer): Buffer | undefined {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    return pieces === undefined ? undefined : Buffer.concat([...pieces, last]);
  }
}
