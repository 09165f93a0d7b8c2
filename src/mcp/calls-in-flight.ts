import { errorLine } from './rpc-message.ts';
import type { WriteLine } from './bridge-channel.ts';

const SERVER_ERROR = -32000;

/** Calls that wait for an answer over HTTP. */
export class CallsInFlight {
  readonly #waiting = new Map<string | number, AbortController>();
  readonly #write: WriteLine;
  #settled = Promise.withResolvers<void>();

  constructor(write: WriteLine) {
    this.#write = write;
    this.#settled.resolve();
  }

  /** Its signal ends the request that carries them. */
  begin(ids: Iterable<string | number>): AbortSignal {
    const aborted = new AbortController();
    for (const id of ids) {
      if (this.#waiting.size === 0) this.#settled = Promise.withResolvers();
      this.#waiting.set(id, aborted);
    }
    return aborted.signal;
  }

  has(id: string | number): boolean {
    return this.#waiting.has(id);
  }

  answered(id: string | number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#settled.resolve();
  }

  /** Answers those of them that nobody has answered, with one reason. */
  fail(ids: Iterable<string | number>, message: string): void {
    this.failWith(ids, { code: SERVER_ERROR, message: `cc-mcp: ${message}` });
  }

  failWith(ids: Iterable<string | number>, error: object): void {
    for (const id of ids) {
      if (!this.#waiting.has(id)) continue;
      this.#write(errorLine(id, error));
      this.answered(id);
    }
  }

  /** The client waits for it no longer. */
  cancel(id: string | number): void {
    this.#waiting.get(id)?.abort();
    this.answered(id);
  }

  all(): readonly (string | number)[] {
    return [...this.#waiting.keys()];
  }

  /** Resolves when none is left. */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  abort(): void {
    for (const aborted of this.#waiting.values()) aborted.abort();
  }
}
