import type { EngineAddress } from '../domain/container-engine.ts';
import { whileAnswering, withDeadline } from './deadline.ts';
import { type Attempted, engineError, statusOf } from './engine-errors.ts';
import { httpBytes, httpCall } from './http-call.ts';
import type { HttpRequest } from './http-exchange.ts';

/** Calls that end: by an answer, the deadline, or the caller's signal; and whose failures are in our words. */
export class EngineCaller {
  readonly address: EngineAddress;
  readonly #deadline: number;

  constructor(address: EngineAddress, deadline: number) {
    this.address = address;
    this.#deadline = deadline;
  }

  /** A question: answered at once, or the engine does not answer. Undefined for a status that is accepted. */
  ask(attempted: Attempted, request: HttpRequest, signal: AbortSignal | undefined, accepted: readonly number[] = []): Promise<unknown> {
    return this.askWith(attempted, signal, (inner) => this.#call(request, inner, accepted));
  }

  askWith<T>(attempted: Attempted, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#translated(attempted, () => withDeadline({ deadline: this.#deadline, signal }, work));
  }

  /** Work, which may take its time as long as the engine lives. */
  order(attempted: Attempted, request: HttpRequest, signal: AbortSignal | undefined, accepted: readonly number[] = []): Promise<unknown> {
    return this.orderWith(attempted, signal, (inner) => this.#call(request, inner, accepted));
  }

  orderWith<T>(attempted: Attempted, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>, limit?: number): Promise<T> {
    const ping = async (inner: AbortSignal): Promise<void> => void (await httpCall(this.address, { method: 'GET', path: '/_ping' }, inner));
    return this.#translated(attempted, () => whileAnswering({ deadline: this.#deadline, signal }, ping, work, limit));
  }

  /** What may rightly last for ever; a connection that breaks ends it too. */
  awaitEnd(attempted: Attempted, request: HttpRequest, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#translated(attempted, () => httpCall(this.address, request, signal ?? new AbortController().signal));
  }

  /** Bytes, which may take their time as long as the engine lives. Undefined: there is no such thing. */
  bytes(attempted: Attempted, request: HttpRequest, signal: AbortSignal | undefined, limit: number): Promise<Uint8Array | undefined> {
    return this.orderWith(attempted, signal, async (inner) => {
      try {
        return await httpBytes(this.address, request, inner);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    }, limit);
  }

  /** The bare call, for work that makes several: no deadline, no translation. */
  call(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    return httpCall(this.address, request, signal);
  }

  async #call(request: HttpRequest, signal: AbortSignal, accepted: readonly number[]): Promise<unknown> {
    try {
      return await this.call(request, signal);
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined && accepted.includes(status)) return undefined;
      throw error;
    }
  }

  async #translated<T>(attempted: Attempted, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw engineError(error, attempted, this.address);
    }
  }
}
