import type { IncomingMessage } from 'node:http';
import type { Bridge, WriteLine } from './bridge-channel.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { BrokenOff, type DoorHttp, isBrokenOff, isEventStream, textOf } from './door-http.ts';
import { EventStream } from './event-stream.ts';
import { Handshake } from './handshake.ts';
import { ModernHeaders, modernVersion } from './modern-headers.ts';
import { asLine, callIds, messagesOf, type RpcMessage } from './rpc-message.ts';

const BOTH = 'application/json, text/event-stream';
/** Between two tries of a stream that broke, milliseconds. */
const RETRY = 1000;
const MOST_RESUMES = 5;
const GOODBYE = 1000;
/** For a front that is started again. */
const PATIENCE = 3000;

/**
 * Streamable HTTP, of both eras: each line is a POST of its own, answered by JSON or by a stream; in the older era a session has a
 * name, a stream of its own for what the server says unasked, and an end.
 */
export class HttpBridge implements Bridge {
  readonly #http: DoorHttp;
  readonly #write: WriteLine;
  readonly #explain: () => Promise<string>;
  readonly #calls: CallsInFlight;
  readonly #modern = new ModernHeaders();
  readonly #handshake = new Handshake();
  readonly #over = new AbortController();
  #session: string | undefined;
  #version: string | undefined;
  #listens = false;

  constructor(http: DoorHttp, write: WriteLine, explain: () => Promise<string>) {
    this.#http = http;
    this.#write = write;
    this.#explain = explain;
    this.#calls = new CallsInFlight(write);
  }

  async carry(line: Buffer, messages: readonly RpcMessage[]): Promise<void> {
    const [message = {}] = messages;
    if (message.method === 'notifications/cancelled' && this.#cancelled(message)) return;
    const ids = callIds(messages);
    this.#handshake.see(line, message);
    const signal = this.#calls.begin(ids);
    const exchange = this.#exchange(line, message, ids, signal);
    // Calls go side by side; what is no call, and the first of all, must have arrived before the next.
    if (ids.size === 0 || message.method === 'initialize') await exchange;
  }

  settled(): Promise<void> {
    return this.#calls.settled();
  }

  async end(): Promise<void> {
    this.#over.abort();
    this.#calls.abort();
    if (this.#session !== undefined) {
      await this.#http.ask({ method: 'DELETE', headers: this.#sessionHeaders(), signal: AbortSignal.timeout(GOODBYE) }).then((answer) => void answer.resume(), unlessBug);
    }
    this.#http.close();
  }

  /** Of the newer era: its stream is closed, and nothing is said. */
  #cancelled({ params }: RpcMessage): boolean {
    const id = params?.['requestId'];
    if (typeof id !== 'string' && typeof id !== 'number') return false;
    const isModern = this.#version === undefined;
    if (isModern) this.#calls.cancel(id);
    // A server of the older era need not answer it either.
    else this.#calls.answered(id);
    return isModern;
  }

  async #exchange(line: Buffer, message: RpcMessage, ids: Set<string | number>, signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.#post(line, message, signal);
      const refused = this.#mayBeForgotten(answer, message) ? await textOf(answer) : undefined;
      if (refused === undefined) await this.#take(answer, message, ids, signal);
      else if (answer.statusCode === 400 && !/session|not initialized/i.test(refused)) this.#refused(400, refused, ids);
      else {
        await this.#again();
        await this.#take(await this.#post(line, message, signal), message, ids, signal);
      }
      this.#calls.fail(ids, 'the server closed its answer without one');
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      if (!signal.aborted) this.#calls.fail(ids, await this.#explain());
    }
    if (message.method === 'notifications/initialized') this.#listen();
  }

  #post(line: Buffer, message: RpcMessage, signal?: AbortSignal): Promise<IncomingMessage> {
    const modern = modernVersion(message);
    const headers = modern === undefined ? this.#sessionHeaders() : this.#modern.of(message, modern);
    return this.#http.ask({ method: 'POST', headers: { ...headers, accept: BOTH }, body: line, signal, patience: PATIENCE });
  }

  #sessionHeaders(): Record<string, string> {
    return { ...(this.#session === undefined ? {} : { 'mcp-session-id': this.#session }), ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }) };
  }

  /** A server that was started again knows no session of before: 404 in the protocol, 400 with many servers. */
  #mayBeForgotten({ statusCode, headers }: IncomingMessage, { method }: RpcMessage): boolean {
    return (statusCode === 404 || statusCode === 400) && this.#session !== undefined && method !== 'initialize' && headers['cc-mcp-front'] === undefined && this.#handshake.isOver;
  }

  /** Introduces the client anew, as it did itself; what the server answers it knows already. */
  async #again(): Promise<void> {
    await this.#handshake.repeat(async (line, message) => {
      if (message.method === 'initialize') this.#session = this.#version = undefined;
      const answer = await this.#post(line, message);
      const text = isEventStream(answer) ? await firstData(answer) : await textOf(answer);
      if (message.method === 'initialize') this.#introduced(answer, text);
    });
    this.#listen();
  }

  async #take(answer: IncomingMessage, message: RpcMessage, ids: Set<string | number>, signal: AbortSignal): Promise<void> {
    const { statusCode = 0 } = answer;
    if (answer.headers['cc-mcp-front'] !== undefined && (statusCode === 200 || statusCode === 502)) throw new BrokenOff('the server is gone');
    if (isEventStream(answer) && statusCode < 300) return await this.#follow(answer, message, ids, signal);
    const text = await textOf(answer);
    if (statusCode >= 300) return this.#refused(statusCode, text, ids);
    if (text.trim() !== '') this.#pass(text, message, answer);
  }

  /** A stream that answers a call; one that breaks before is taken up again where the server said how. */
  async #follow(first: IncomingMessage, message: RpcMessage, ids: Set<string | number>, signal: AbortSignal): Promise<void> {
    let isLost = false;
    const events = new EventStream(({ data }) => {
      if (isOfFront(data)) isLost = true;
      else this.#pass(data, message, first);
    });
    let answer = first;
    for (let resumes = 0; ; resumes += 1) {
      const isWhole = await this.#drink(answer, events);
      const isAnswered = ![...ids].some((id) => this.#calls.has(id));
      if (isAnswered || signal.aborted) return;
      if (isLost || (!isWhole && events.lastId === undefined)) throw new BrokenOff('the stream broke');
      if (events.lastId === undefined || resumes === MOST_RESUMES) return;
      await pause(events.retry ?? RETRY, signal);
      answer = await this.#http.ask({ method: 'GET', headers: { ...this.#sessionHeaders(), accept: 'text/event-stream', 'last-event-id': events.lastId }, signal });
      if (answer.statusCode !== 200) throw new BrokenOff('the stream cannot be taken up again');
    }
  }

  /** Reads to its end; whether that was meant. */
  async #drink(answer: IncomingMessage, events: EventStream): Promise<boolean> {
    try {
      for await (const piece of answer) events.push(piece as Buffer);
      return true;
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      return false;
    }
  }

  #refused(status: number, text: string, ids: Set<string | number>): void {
    const error = messagesOf(text)?.[0]?.error;
    if (typeof error === 'object' && error !== null) this.#calls.failWith(ids, error);
    else this.#calls.fail(ids, `the server answered with HTTP ${status}: ${text.replaceAll(/\s+/g, ' ').slice(0, 200)}`);
  }

  /** Something that the server says on its way to the client. */
  #pass(text: string, asked: RpcMessage, answer: IncomingMessage): void {
    const said = messagesOf(text) ?? [];
    if (asked.method === 'initialize') this.#introduced(answer, text);
    if (asked.method === 'tools/list') this.#modern.learn(text);
    this.#write(asLine(text));
    for (const { id, method } of said) if (id !== undefined && method === undefined) this.#calls.answered(id);
  }

  #introduced({ headers }: IncomingMessage, text: string): void {
    const result = messagesOf(text)?.[0]?.result;
    const session = headers['mcp-session-id'];
    if (typeof session === 'string') this.#session = session;
    if (typeof result === 'object' && result !== null && 'protocolVersion' in result && typeof result.protocolVersion === 'string') this.#version = result.protocolVersion;
  }

  /** The older era's stream for what the server says unasked. Servers that have none say so. */
  #listen(): void {
    if (this.#listens || this.#version === undefined) return;
    this.#listens = true;
    void this.#hear().finally(() => (this.#listens = false));
  }

  async #hear(): Promise<void> {
    const { signal } = this.#over;
    const newEvents = (): EventStream => new EventStream(({ data }) => this.#pass(data, {}, NO_ANSWER));
    for (let [events, session] = [newEvents(), this.#session]; !signal.aborted; ) {
      // Where another session's stream broke off is nothing to this one.
      if (session !== this.#session) [events, session] = [newEvents(), this.#session];
      try {
        const after = events.lastId === undefined ? {} : { 'last-event-id': events.lastId };
        const answer = await this.#http.ask({ method: 'GET', headers: { ...this.#sessionHeaders(), ...after, accept: 'text/event-stream' }, signal });
        if (answer.statusCode !== 200 || !isEventStream(answer)) {
          answer.resume();
          // A front without its server will have it again; a server that says no means it.
          if (answer.headers['cc-mcp-front'] === undefined) return;
        } else await this.#drink(answer, events);
      } catch (error) {
        // The front is away: it is started again by the engine.
        if (!isBrokenOff(error)) throw error;
      }
      await pause(events.retry ?? RETRY, signal);
    }
  }
}

const NO_ANSWER = { headers: {} } as IncomingMessage;

function unlessBug(error: unknown): void {
  if (!isBrokenOff(error)) throw error;
}

/** Said in place of a server that is gone. */
function isOfFront(data: string): boolean {
  if (!data.includes('"cc-mcp-front"')) return false;
  const error = messagesOf(data)?.[0]?.error;
  return typeof error === 'object' && error !== null && 'data' in error && JSON.stringify(error.data) === '{"by":"cc-mcp-front"}';
}

async function firstData(answer: IncomingMessage): Promise<string> {
  let found = '';
  const events = new EventStream(({ data }) => (found ||= data));
  for await (const piece of answer) {
    events.push(piece as Buffer);
    if (found !== '') break;
  }
  return found;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
