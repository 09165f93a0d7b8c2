import type { Bridge, WriteLine } from './bridge-channel.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { BrokenOff, type DoorHttp, isBrokenOff, isEventStream, textOf } from './door-http.ts';
import { EventStream } from './event-stream.ts';
import { Handshake } from './handshake.ts';
import { asLine, callIds, messagesOf, type RpcMessage } from './rpc-message.ts';

/** Until the stream says where to post. */
const LONGEST_OPENING = 10_000;

/** The HTTP with SSE of 2024: one stream for all that the server says, and an address, which it names first, for all that it is told. */
export class SseBridge implements Bridge {
  readonly #http: DoorHttp;
  readonly #write: WriteLine;
  readonly #explain: () => Promise<string>;
  readonly #calls: CallsInFlight;
  readonly #handshake = new Handshake();
  readonly #over = new AbortController();
  #endpoint: Promise<string> | undefined;
  /** Ids of a repeated introduction, whose answers the client has. */
  readonly #swallowed = new Set<string | number>();

  constructor(http: DoorHttp, write: WriteLine, explain: () => Promise<string>) {
    this.#http = http;
    this.#write = write;
    this.#explain = explain;
    this.#calls = new CallsInFlight(write);
  }

  async carry(line: Buffer, messages: readonly RpcMessage[]): Promise<void> {
    const [message = {}] = messages;
    const ids = callIds(messages);
    const isNew = this.#endpoint === undefined && this.#handshake.isOver;
    this.#handshake.see(line, message);
    const cancelled = message.method === 'notifications/cancelled' ? message.params?.['requestId'] : undefined;
    if (typeof cancelled === 'string' || typeof cancelled === 'number') this.#calls.answered(cancelled);
    this.#calls.begin(ids);
    try {
      if (isNew) await this.#handshake.repeat((again, introduced) => this.#introduce(again, introduced));
      const { status, text } = await this.#post(line);
      if (status >= 300) this.#calls.fail(ids, `the server answered with HTTP ${status}: ${text.replaceAll(/\s+/g, ' ').slice(0, 200)}`);
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      this.#calls.fail(ids, await this.#explain());
    }
  }

  settled(): Promise<void> {
    return this.#calls.settled();
  }

  async end(): Promise<void> {
    this.#over.abort();
    this.#http.close();
  }

  async #introduce(line: Buffer, { id }: RpcMessage): Promise<void> {
    if (id !== undefined) this.#swallowed.add(id);
    await this.#post(line);
  }

  async #post(line: Buffer): Promise<{ readonly status: number; readonly text: string }> {
    const path = await (this.#endpoint ??= this.#open());
    const answer = await this.#http.ask({ method: 'POST', path, body: line, signal: this.#over.signal });
    return { status: answer.statusCode ?? 0, text: await textOf(answer) };
  }

  /** Opens the stream; gives the path to post to. */
  #open(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new BrokenOff('it names no address to post to')), LONGEST_OPENING);
    const events = new EventStream(({ event, data }) => (event === 'endpoint' ? resolve(pathOf(data)) : this.#heard(data)));
    void this.#listen(events).catch(reject).finally(() => this.#closed());
    promise.finally(() => clearTimeout(timer)).catch(() => (this.#endpoint = undefined));
    return promise;
  }

  async #listen(events: EventStream): Promise<void> {
    const answer = await this.#http.ask({ method: 'GET', headers: { accept: 'text/event-stream' }, signal: this.#over.signal });
    if (answer.statusCode !== 200 || !isEventStream(answer)) throw new BrokenOff(`HTTP ${answer.statusCode}: ${(await textOf(answer)).slice(0, 200)}`);
    for await (const piece of answer) events.push(piece as Buffer);
  }

  /** The next line opens another stream; whoever waits for an answer of this one waits for nothing. */
  #closed(): void {
    this.#endpoint = undefined;
    const waiting = this.#calls.all();
    if (waiting.length === 0 || this.#over.signal.aborted) return;
    void this.#explain().then((reason) => this.#calls.fail(waiting, reason));
  }

  #heard(text: string): void {
    const [message = {}] = messagesOf(text) ?? [];
    const { id, method } = message;
    if (id !== undefined && method === undefined) {
      if (this.#swallowed.delete(id)) return;
      this.#calls.answered(id);
    }
    this.#write(asLine(text));
  }
}

/** Of an address as the server sees itself, its path: the front is the way there. */
function pathOf(endpoint: string): string {
  const { pathname, search } = new URL(endpoint, 'http://localhost');
  return pathname + search;
}
