/** What a socket held that should have held an HTTP answer; its code is Node's own for the same. */
class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
  readonly code = 'HPE_INVALID_CONSTANT';
}

export interface HttpAnswer {
  readonly status: number;
  /** The body; of a connection that was upgraded: what came after the head already. */
  readonly body: Buffer;
}

type Framing = { readonly kind: 'none' } | { readonly kind: 'length'; readonly length: number } | { readonly kind: 'chunked' } | { readonly kind: 'until-end' };

/** The largest head and body that an engine's control answer may have. */
const HEAD_LIMIT = 64 * 1024;
const BODY_LIMIT = 64 * 1024 * 1024;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Reads one HTTP/1.1 answer out of the chunks of a connection. */
export class AnswerReader {
  #received: Buffer = Buffer.alloc(0);
  #status = 0;
  #framing: Framing | undefined;
  #offset = 0;
  readonly #body: Buffer[] = [];
  #size = 0;

  /** The whole answer, once it is there. */
  push(chunk: Buffer): HttpAnswer | undefined {
    this.#received = this.#received.length === this.#offset ? chunk : Buffer.concat([this.#received.subarray(this.#offset), chunk]);
    this.#offset = 0;
    if (this.#framing === undefined && !this.#readHead()) return undefined;
    const framing = this.#framing;
    if (framing === undefined) return undefined;
    switch (framing.kind) {
      case 'none':
        return { status: this.#status, body: this.#received.subarray(this.#offset) };
      case 'length':
        this.#take(Math.min(framing.length - this.#size, this.#received.length - this.#offset));
        return this.#size === framing.length ? this.#answer() : undefined;
      case 'chunked':
        return this.#readChunks() ? this.#answer() : undefined;
      case 'until-end':
        this.#take(this.#received.length - this.#offset);
        return undefined;
      default:
        return framing satisfies never;
    }
  }

  /** The connection has ended: that may be the end of the answer, or come in its middle. */
  end(): HttpAnswer | undefined {
    return this.#framing?.kind === 'until-end' ? this.#answer() : undefined;
  }

  #answer(): HttpAnswer {
    return { status: this.#status, body: Buffer.concat(this.#body) };
  }

  #readHead(): boolean {
    for (;;) {
      const end = this.#received.indexOf(END_OF_HEAD, this.#offset);
      if (end === -1) {
        if (this.#received.length - this.#offset > HEAD_LIMIT) throw new MalformedAnswer('the head of the answer does not end');
        return false;
      }
      const head = this.#received.toString('latin1', this.#offset, end);
      this.#offset = end + END_OF_HEAD.length;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status === undefined) throw new MalformedAnswer('the answer is not HTTP');
      this.#status = Number(status);
      // Interim answers (100 Continue) announce another.
      if (this.#status >= 200 || this.#status === 101) {
        this.#framing = framingOf(this.#status, head);
        return true;
      }
    }
  }

  #take(length: number): void {
    this.#size += length;
    if (this.#size > BODY_LIMIT) throw new MalformedAnswer('the answer is larger than 64 MiB');
    if (length > 0) this.#body.push(this.#received.subarray(this.#offset, this.#offset + length));
    this.#offset += length;
  }

  #readChunks(): boolean {
    for (;;) {
      const end = this.#received.indexOf('\r\n', this.#offset);
      if (end === -1) return false;
      const size = /^([0-9A-Fa-f]{1,8})\s*(?:;.*)?$/.exec(this.#received.toString('latin1', this.#offset, end))?.[1];
      if (size === undefined) throw new MalformedAnswer('the answer has a chunk without a size');
      const length = Number.parseInt(size, 16);
      // Trailers are not waited for: nothing of the answer is in them.
      if (length === 0) return true;
      if (length > BODY_LIMIT) throw new MalformedAnswer('the answer is larger than 64 MiB');
      if (this.#received.length < end + 2 + length + 2) return false;
      this.#offset = end + 2;
      this.#take(length);
      this.#offset += 2;
    }
  }
}

function framingOf(status: number, head: string): Framing {
  if (status === 204 || status === 304 || status === 101) return { kind: 'none' };
  if (/^transfer-encoding:.*\bchunked\s*$/im.test(head)) return { kind: 'chunked' };
  const length = /^content-length:\s*(\d{1,15})\s*$/im.exec(head)?.[1];
  return length === undefined ? { kind: 'until-end' } : { kind: 'length', length: Number(length) };
}
