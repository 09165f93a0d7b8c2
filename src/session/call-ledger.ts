import type { SessionActivity } from '../domain/run-directory.ts';
import type { ScannedMessage } from './message-scanner.ts';

interface Call {
  readonly method: string;
  readonly startedAt: number;
}

/** The client's requests that the server has not answered yet, and what came of the others. */
export class CallLedger {
  readonly #inFlight = new Map<string, Call>();
  #calls = 0;
  #errors = 0;
  #latencyTotal = 0;
  #latencyMax = 0;
  strayLines = 0;

  /** A message on its way to the server; true: a request. Without a known method it is a long line whose head said nothing: a request if it has an id. */
  sent(message: ScannedMessage, at: number): boolean {
    if (message.id === undefined || message.isAnswer) return false;
    this.#inFlight.set(message.id, { method: message.method ?? '', startedAt: at });
    return true;
  }

  /** A message on its way to the client. Gives the method that it answers; undefined: it is no answer to a call in flight. */
  received(message: ScannedMessage, at: number): string | undefined {
    if (message.id === undefined || message.method !== undefined) return undefined;
    const call = this.#inFlight.get(message.id);
    if (call === undefined) return undefined;
    this.#inFlight.delete(message.id);
    const latency = at - call.startedAt;
    this.#calls += 1;
    if (message.failed) this.#errors += 1;
    this.#latencyTotal += latency;
    this.#latencyMax = Math.max(this.#latencyMax, latency);
    return call.method;
  }

  /** The client waits for it no longer: a server need not answer what was cancelled. */
  cancelled(id: string): void {
    this.#inFlight.delete(id);
  }

  /** Ids, as raw JSON, of the calls that nobody will answer any more. */
  takeInFlight(): readonly string[] {
    const ids = [...this.#inFlight.keys()];
    this.#errors += ids.length;
    this.#calls += ids.length;
    this.#inFlight.clear();
    return ids;
  }

  /** When the oldest call in flight began. */
  waitingSince(): number | undefined {
    return this.#inFlight.values().next().value?.startedAt;
  }

  isAsked(method: string): boolean {
    return [...this.#inFlight.values()].some((call) => call.method === method);
  }

  activity(): SessionActivity {
    return { calls: this.#calls, errors: this.#errors, latencyTotal: Math.round(this.#latencyTotal), latencyMax: Math.round(this.#latencyMax), strayLines: this.strayLines };
  }
}
