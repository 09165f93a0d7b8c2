import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EngineAddress } from '../domain/container-engine.ts';
import { openSocket } from './engine-socket.ts';
import { refusal } from './http-call.ts';

export interface HttpUpload {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  /** A tar archive. */
  readonly archive: Readable;
}

/**
 * Sends an archive; its answer is read as it comes, to its end. Throws EngineRefusal from 300 on. By Node's own client: dockerode
 * takes longer to load than an engine to build what it has in its cache.
 */
export async function httpUpload(address: EngineAddress, { method, path, archive }: HttpUpload, signal: AbortSignal): Promise<IncomingMessage> {
  const [{ request }, socket] = await Promise.all([import('node:http'), openSocket(address, signal)]);
  // What breaks after the answer has been read is nobody's, and must not surface as an error of nobody.
  socket.on('error', () => {});
  const leave = (): void => void socket.destroy();
  signal.addEventListener('abort', leave);
  socket.once('close', () => signal.removeEventListener('abort', leave));
  if (signal.aborted) leave();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'Host': 'engine', 'User-Agent': 'cc-mcp', 'Content-Type': 'application/x-tar', 'Connection': 'close' };
    const call = request({ createConnection: () => socket, method, path, headers });
    call.once('response', resolve).on('error', reject);
    // An engine that refuses does not read on: what it answers says more than the pipe that broke.
    pipeline(archive, call).catch(reject);
  });
  const status = answer.statusCode ?? 0;
  if (status < 300) return answer;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  throw refusal(status, Buffer.concat(chunks));
}
