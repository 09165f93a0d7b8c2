/** What is known of one JSON-RPC message without parsing it. `id` is its raw JSON text, so that it can be echoed exactly. */
export interface ScannedMessage {
  readonly id: string | undefined;
  readonly method: string | undefined;
  readonly isAnswer: boolean;
  readonly failed: boolean;
}

/** Of a longer line only the head is read and the end looked at: TypeScript servers put `id` last, Python servers first. */
const HEAD_BYTES = 1024;
const LONGEST_CAPTURE = 1024;
const TAIL_BYTES = 1536;
/** Members at the very end of a line are top-level ones: the last brace closes the message. */
const ID_AT_END = /[,{]\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][-+.eE0-9]*|null)\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*)*\}\s*$/;

/**
 * Finds `id`, `method`, `result` and `error` at the top level of the messages in one line, fed in pieces. It is a token scan: it
 * keeps depth and strings apart and understands nothing else, so that watching a call costs less than carrying it.
 */
export class MessageScanner {
  #depth = 0;
  /** Depth of a message's members: 1, or 2 in a batch. */
  #base = 1;
  #inString = false;
  #escaped = false;
  #atKey = false;
  #key = '';
  #captured = '';
  #seen = 0;
  #stray = false;
  /** The last bytes of a long line. */
  readonly #tail = Buffer.allocUnsafeSlow(TAIL_BYTES);
  #tailBytes = 0;
  #id: string | undefined;
  #method: string | undefined;
  #answer = false;
  #failed = false;
  #messages: ScannedMessage[] = [];

  /** A piece of the current line, without its newline. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#base === 2 || this.#seen < HEAD_BYTES) {
      this.#scan(bytes, start, this.#base === 2 ? end : Math.min(end, start + HEAD_BYTES - this.#seen));
    }
    this.#seen += end - start;
    if (this.#seen > HEAD_BYTES && !this.#stray && this.#base === 1) {
      this.#keepTail(bytes, Math.max(start, end - TAIL_BYTES), end);
    }
  }

  /** The line is complete. Undefined: it is not JSON-RPC at all. */
  endLine(): readonly ScannedMessage[] | undefined {
    if (this.#depth > 0) {
      if (this.#base === 1 && this.#seen > HEAD_BYTES) {
        const atEnd = ID_AT_END.exec(this.#tail.toString('latin1', 0, this.#tailBytes))?.[1];
        if (atEnd !== undefined) this.#id ??= utf8(atEnd);
        this.#endMessage();
      } else {
        this.#stray = true;
      }
    }
    const result = this.#stray ? undefined : this.#messages;
    this.#reset();
    return result;
  }

  get midLine(): boolean {
    return this.#seen > 0;
  }

  get lineBytes(): number {
    return this.#seen;
  }

  #reset(): void {
    this.#depth = 0;
    this.#base = 1;
    this.#inString = false;
    this.#escaped = false;
    this.#captured = '';
    this.#seen = 0;
    this.#stray = false;
    this.#tailBytes = 0;
    if (this.#messages.length > 0) this.#messages = [];
    this.#startMessage();
  }

  #keepTail(bytes: Uint8Array, start: number, end: number): void {
    const kept = Math.min(this.#tailBytes, TAIL_BYTES - (end - start));
    this.#tail.copyWithin(0, this.#tailBytes - kept, this.#tailBytes);
    this.#tail.set(bytes.subarray(start, end), kept);
    this.#tailBytes = kept + end - start;
  }

  #scan(bytes: Uint8Array, start: number, end: number): void {
    let position = start;
    while (position < end && !this.#stray) {
      position = this.#inString ? this.#scanString(bytes, position, end) : this.#scanToken(bytes, position, end);
    }
  }

  #scanString(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    for (; position < end; position += 1) {
      const byte = bytes[position];
      if (this.#escaped) this.#escaped = false;
      else if (byte === 0x5c) this.#escaped = true;
      else if (byte === 0x22) break;
    }
    if (this.#depth === this.#base) this.#capture(bytes, start, position);
    if (position === end) return end;
    this.#inString = false;
    if (this.#depth === this.#base) this.#endString();
    return position + 1;
  }

  #scanToken(bytes: Uint8Array, position: number, end: number): number {
    const byte = bytes[position];
    switch (byte) {
      case 0x22:
        if (this.#depth === 0) this.#stray = true;
        this.#inString = true;
        if (this.#depth === this.#base) this.#captured = '';
        break;
      case 0x7b:
        this.#depth += 1;
        if (this.#depth === this.#base) this.#startMessage();
        break;
      case 0x5b:
        if (this.#depth === 0) this.#base = 2;
        this.#depth += 1;
        break;
      case 0x7d:
      case 0x5d:
        if (this.#depth === this.#base && byte === 0x7d) {
          this.#endValue();
          this.#endMessage();
        }
        this.#depth -= 1;
        break;
      case 0x2c:
        if (this.#depth === this.#base) {
          this.#endValue();
          this.#atKey = true;
        }
        break;
      case 0x3a:
        if (this.#depth === this.#base) {
          this.#atKey = false;
          this.#captured = '';
        }
        break;
      case 0x20: case 0x09: case 0x0d:
        break;
      default:
        if (this.#depth === 0) this.#stray = true;
        else if (this.#depth === this.#base && !this.#atKey && this.#key === 'id') this.#capture(bytes, position, position + 1);
    }
    return Math.min(position + 1, end);
  }

  #capture(bytes: Uint8Array, start: number, end: number): void {
    if (this.#captured.length <= LONGEST_CAPTURE) this.#captured += latin1(bytes, start, Math.min(end, start + LONGEST_CAPTURE + 1));
  }

  #endString(): void {
    const text = this.#captured;
    this.#captured = '';
    if (this.#atKey) {
      this.#key = text;
      if (text === 'result') this.#answer = true;
      else if (text === 'error') this.#answer = this.#failed = true;
    } else if (text.length <= LONGEST_CAPTURE) {
      if (this.#key === 'id') this.#id = `"${utf8(text)}"`;
      else if (this.#key === 'method') this.#method = utf8(text);
    }
  }

  #endValue(): void {
    if (!this.#atKey && this.#key === 'id' && this.#captured !== '' && this.#captured.length <= LONGEST_CAPTURE) this.#id = this.#captured;
    this.#captured = '';
    this.#key = '';
  }

  #startMessage(): void {
    this.#atKey = true;
    this.#key = '';
    this.#id = undefined;
    this.#method = undefined;
    this.#answer = false;
    this.#failed = false;
  }

  #endMessage(): void {
    this.#messages.push({ id: this.#id, method: this.#method, isAnswer: this.#answer, failed: this.#failed });
    this.#startMessage();
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function utf8(latin: string): string {
  return /^[\0-\x7f]*$/.test(latin) ? latin : Buffer.from(latin, 'latin1').toString('utf8');
}
