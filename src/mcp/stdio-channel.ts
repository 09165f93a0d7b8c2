import type { Readable, Writable } from 'node:stream';
import { createLineSplitter } from './line-splitter.ts';

/** Why a channel stopped giving messages. */
export type ChannelEnd =
  /** The server closed its output; `partial` is what stood behind the last newline. */
  | { readonly kind: 'closed'; readonly partial: string }
  | { readonly kind: 'line-too-long'; readonly limit: number }
  /** More text that is no JSON-RPC than a server could write by mistake. */
  | { readonly kind: 'flooded'; readonly bytes: number };

export interface ChannelListener {
  message(message: object): void;
  end(end: ChannelEnd): void;
}

const LINE_LIMIT = 16 * 1024 * 1024;
const STRAY_LIMIT = 64 * 1024 * 1024;
const STRAY_LINES_KEPT = 20;
const STRAY_LINE_LENGTH = 200;

/** JSON-RPC in lines over one server's stdio. It outlives the clients that take turns on it, and never ends the streams by itself. */
export class StdioChannel implements Disposable {
  readonly strayLines: string[] = [];
  #end: ChannelEnd | undefined;
  #listener: ChannelListener | undefined;
  #strayBytes = 0;
  readonly #stdin: Writable;
  readonly #stdout: Readable;
  readonly #splitter;

  constructor(streams: { readonly stdin: Writable; readonly stdout: Readable }, lineLimit = LINE_LIMIT) {
    this.#stdin = streams.stdin;
    this.#stdout = streams.stdout;
    this.#splitter = createLineSplitter(lineLimit, (line) => this.#take(line));
    this.#stdout.on('data', this.#onData).on('end', this.#onClosed).on('close', this.#onClosed).on('error', this.#onClosed);
    // A server that is gone breaks the pipe; its end is told by stdout.
    this.#stdin.on('error', this.#onInputError);
  }

  get end(): ChannelEnd | undefined {
    return this.#end;
  }

  listen(listener: ChannelListener | undefined): void {
    this.#listener = listener;
    if (this.#end !== undefined) listener?.end(this.#end);
  }

  send(message: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  closeInput(): void {
    this.#stdin.end();
  }

  [Symbol.dispose](): void {
    this.#listener = undefined;
    this.#stdout.off('data', this.#onData).off('end', this.#onClosed).off('close', this.#onClosed);
    // Without a reader the engine's connection would stall before the server's end is seen.
    this.#stdout.resume();
  }

  readonly #onInputError = (): void => undefined;

  readonly #onData = (chunk: Buffer): void => {
    if (this.#end !== undefined) return;
    const outcome = this.#splitter.push(chunk);
    if (outcome === 'too-long') this.#finish({ kind: 'line-too-long', limit: this.#splitter.limit });
  };

  readonly #onClosed = (): void => this.#finish({ kind: 'closed', partial: this.#splitter.rest().slice(0, STRAY_LINE_LENGTH) });

  #take(line: string): void {
    const messages = messagesOf(line);
    if (messages !== undefined) {
      for (const message of messages) this.#listener?.message(message);
      return;
    }
    if (line.trim() === '') return;
    if (this.strayLines.length < STRAY_LINES_KEPT) this.strayLines.push(line.slice(0, STRAY_LINE_LENGTH));
    this.#strayBytes += line.length;
    if (this.#strayBytes > STRAY_LIMIT) this.#finish({ kind: 'flooded', bytes: this.#strayBytes });
  }

  #finish(end: ChannelEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#listener?.end(end);
  }
}

/** The JSON-RPC messages of a line: one, or those of a batch (2025-03-26); undefined when it is something else. */
function messagesOf(line: string): readonly object[] | undefined {
  const start = line.trimStart().charAt(0);
  if (start !== '{' && start !== '[') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  return messages.length > 0 && messages.every(isJsonRpc) ? messages : undefined;
}

function isJsonRpc(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}
