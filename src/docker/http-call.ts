import type { EngineAddress } from '../domain/container-engine.ts';
import { EngineRefusal } from './engine-errors.ts';
import { openSocket } from './engine-socket.ts';
import type { HttpAnswer } from './http-answer.ts';
import { exchange, type HttpRequest } from './http-exchange.ts';
import { textAt } from './json-fields.ts';

/** One call to the engine: the JSON that it answered, undefined when it answered none. Throws EngineRefusal from 300 on. */
export async function httpCall(address: EngineAddress, request: HttpRequest, signal: AbortSignal): Promise<unknown> {
  return parse(await httpBytes(address, request, signal));
}

/** The same for an answer that is no JSON. All of it is held: what it may be large of is for the caller to know. */
export async function httpBytes(address: EngineAddress, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer['body']> {
  const socket = await openSocket(address, signal);
  try {
    const { status, body } = await exchange(socket, request, signal);
    if (status >= 300) throw refusal(status, body);
    return body;
  } finally {
    // What comes after the answer is nobody's.
    socket.on('error', () => {}).destroy();
  }
}

export function refusal(status: number, body: Buffer): EngineRefusal {
  const answer = parse(body);
  return new EngineRefusal(status, textAt(answer, 'message') || textAt(answer, 'cause') || body.toString('utf8', 0, 400));
}

function parse(body: HttpAnswer['body']): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    // Some answers are plain text («OK») or nothing.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
