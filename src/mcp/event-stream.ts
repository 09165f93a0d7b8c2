/** One event of a `text/event-stream`. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Cuts the bytes of an event stream into events, wherever they are split. */
export class EventStream {
  /** Of the last event that had one: a stream that breaks goes on behind it. */
  lastId: string | undefined;
  /** Milliseconds that the server wants to be left alone before the next try. */
  retry: number | undefined;
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #event = '';
  #data: string[] = [];

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(bytes: Uint8Array): void {
    // Joined once a line ends: an event may be megabytes, in many pieces.
    const text = this.#decoder.decode(bytes, { stream: true });
    if (!/[\r\n]/.test(text)) {
      this.#rest += text;
      return;
    }
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
    else if (field === 'retry' && /^\d{1,7}$/.test(value)) this.retry = Number(value);
  }

  #dispatch(): void {
    const event = { event: this.#event || 'message', data: this.#data.join('\n') };
    const isEmpty = this.#data.length === 0 || event.data === '';
    this.#event = '';
    this.#data = [];
    if (!isEmpty) this.#onEvent(event);
  }
}
