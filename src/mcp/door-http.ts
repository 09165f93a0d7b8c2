import type { Agent, IncomingMessage } from 'node:http';
import type { ServiceDoor } from '../domain/service-door.ts';

export interface DoorRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Another one than the door's own. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which somebody may begin to listen: nothing is lost by asking again. */
  readonly patience?: number;
}

const PAUSE = 100;

/** HTTP through one door, over connections that stay. Node's part of it is loaded at the first one: `run` of other servers needs none. */
export class DoorHttp {
  readonly #door: ServiceDoor;
  readonly #http = process.getBuiltinModule('node:http');
  readonly #agent: Agent = new this.#http.Agent({ keepAlive: true, maxFreeSockets: 8, timeout: 60_000 });

  constructor(door: ServiceDoor) {
    this.#door = door;
  }

  /** Resolves with the head of the answer. */
  async ask(asked: DoorRequest): Promise<IncomingMessage> {
    const deadline = performance.now() + (asked.patience ?? 0);
    for (;;) {
      try {
        return await this.#ask(asked);
      } catch (error) {
        const isNobody = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
        if (!isNobody || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  #ask({ method, path, headers, body, signal }: DoorRequest): Promise<IncomingMessage> {
    const { port, token, path: own } = this.#door;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = this.#http.request({
      host: '127.0.0.1', port, method, path: path ?? own, agent: this.#agent, ...(signal && { signal }),
      headers: { ...headers, authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }) },
    });
    request.once('response', resolve).on('error', reject);
    request.end(body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A connection or an answer that broke off on its way. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** What can happen to any connection, told from what only a bug throws: Node's own have a code, and an abort is one. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof BrokenOff || (error instanceof Error && ('code' in error || error.name === 'AbortError' || error.name === 'TimeoutError'));
}

/** All of a body; fails where it was cut off. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

export function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().startsWith('text/event-stream') === true;
}
