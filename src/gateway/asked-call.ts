const LONGEST_KEPT = 256 * 1024;

/** The body of a request on its way: kept as long as it is small, to answer the call in it when its server is gone. */
export class AskedCall {
  #pieces: Buffer[] | undefined = [];
  #bytes = 0;

  keep(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > LONGEST_KEPT) this.#pieces = undefined;
    this.#pieces?.push(piece);
  }

  /** The id of the one request in it; undefined: it is no call, or too long to tell. */
  id(): string | number | undefined {
    if (this.#pieces === undefined) return undefined;
    const message = parse(Buffer.concat(this.#pieces).toString('utf8'));
    if (typeof message !== 'object' || message === null || !('id' in message) || !('method' in message)) return undefined;
    return typeof message.id === 'string' || typeof message.id === 'number' ? message.id : undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
