import type { Readable, Writable } from 'node:stream';
import type { McpConnector } from '../domain/mcp-connection.ts';
import { failureOf } from './failed-connection.ts';

/** A server that nobody has asked anything yet. */
export interface FreshServer extends AsyncDisposable {
  readonly streams: { readonly stdin: Writable; readonly stdout: Readable };
}

/**
 * Whether a server answers `server/discover` as its first question. One over stdio is asked in a container of its own: some servers of the older
 * era end at any request before `initialize`, and one that speaks both no longer answers it afterwards.
 */
export class EraProbe implements AsyncDisposable {
  readonly #connector: McpConnector;
  readonly #open: (signal: AbortSignal) => Promise<FreshServer>;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  #answer: Promise<boolean> | undefined;

  constructor(connector: McpConnector, open: (signal: AbortSignal) => Promise<FreshServer>, signal: AbortSignal) {
    this.#connector = connector;
    this.#open = open;
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
  }

  /** Opens the server at the first call. */
  answer(): Promise<boolean> {
    this.#answer ??= this.#ask();
    // Who waits for it sees a failure; nobody has to.
    this.#answer.catch(() => undefined);
    return this.#answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#answer?.catch(() => undefined);
  }

  async #ask(): Promise<boolean> {
    await using server = await this.#open(this.#signal);
    try {
      await using _ = await this.#connector.connect(server.streams, { roots: [], era: 'modern' }, this.#signal);
      return true;
    } catch (error) {
      this.#signal.throwIfAborted();
      failureOf(error);
      return false;
    }
  }
}
