import type { Socket } from 'node:net';
import { AnswerReader, type HttpAnswer } from './http-answer.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  /** Asks to go on with a raw stream; the request has no body, because Podman would give it to the container's stdin. */
  readonly upgrade?: boolean;
}

/** The engine ended the connection before its answer was whole. */
class TruncatedAnswer extends Error {
  override readonly name = 'TruncatedAnswer';
  readonly code = 'ECONNRESET';
}

/** One request and its answer on a connection of its own. The socket is left paused, without listeners of ours. */
export function exchange(socket: Socket, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader();
    const settle = (): void => {
      socket.pause();
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      signal.removeEventListener('abort', onAbort);
    };
    const give = (read: () => HttpAnswer | undefined): void => {
      try {
        const answer = read();
        if (answer === undefined) return;
        settle();
        resolve(answer);
      } catch (error) {
        onError(error);
      }
    };
    const onData = (chunk: Buffer): void => give(() => reader.push(chunk));
    const onEnd = (): void => give(() => {
      const answer = reader.end();
      if (answer === undefined) throw new TruncatedAnswer('the answer was cut off');
      return answer;
    });
    const onError = (error: unknown): void => {
      settle();
      reject(error);
    };
    const onAbort = (): void => onError(signal.reason);
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else socket.write(head(request));
  });
}

function head({ method, path, body, upgrade }: HttpRequest): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: engine', 'User-Agent: cc-mcp'];
  if (upgrade === true) lines.push('Connection: Upgrade', 'Upgrade: tcp');
  if (body !== undefined) lines.push('Content-Type: application/json');
  if (method !== 'GET') lines.push(`Content-Length: ${body === undefined ? 0 : Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
