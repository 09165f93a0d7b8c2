import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineAddress } from '../../src/domain/container-engine.ts';

/** What it does with a request; it may write to the socket, end it, or do nothing at all. */
export type Answer = (socket: Socket, request: string) => void;

/** A socket that behaves as an engine that is not well; it goes with the test. */
export async function fakeEngineSocket(answer: Answer): Promise<EngineAddress & { readonly kind: 'unix' }> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-engine-'));
  const path = join(folder, 'docker.sock');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return { kind: 'unix', path };
}

export const ANSWER = {
  silence: () => {},
  /** Promises more than it sends, then ends the connection. */
  truncated: (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"Id":"'),
  /** The same, and the connection stays. */
  stuck: (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"Id"'),
  gone: (socket: Socket) => void socket.destroy(),
  noise: (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
} as const satisfies Record<string, Answer>;

export function json(body: unknown, status = '200 OK'): Answer {
  const text = JSON.stringify(body);
  return (socket) => void socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
