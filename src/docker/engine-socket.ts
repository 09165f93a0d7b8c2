import { connect, isIP, type Socket } from 'node:net';
import type { EngineAddress } from '../domain/container-engine.ts';

/**
 * A connection of its own to the engine. Half-open is allowed: a client that has said everything ends its side, and the server's
 * answer still comes.
 */
export async function openSocket(address: EngineAddress, signal: AbortSignal): Promise<Socket> {
  const socket = await dial(address);
  return new Promise((resolve, reject) => {
    const ready = address.kind === 'tcp' && address.tls !== undefined ? 'secureConnect' : 'connect';
    const settle = (): void => {
      socket.off(ready, onReady).off('error', onError);
      signal.removeEventListener('abort', onAbort);
    };
    const onReady = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onAbort = (): void => {
      settle();
      socket.on('error', () => {}).destroy();
      reject(signal.reason);
    };
    socket.on(ready, onReady).on('error', onError);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

async function dial(address: EngineAddress): Promise<Socket> {
  if (address.kind === 'unix') return connect({ path: address.path, allowHalfOpen: true });
  const { host, port, tls } = address;
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  if (tls === undefined) return socket;
  // Heard by the TLS socket as soon as there is one.
  socket.on('error', () => {});
  const [{ connect: connectSecurely }, { readFile }] = await Promise.all([import('node:tls'), import('node:fs/promises')]);
  const [ca, cert, key] = await Promise.all([readFile(tls.ca), readFile(tls.cert), readFile(tls.key)]);
  return connectSecurely({ socket, servername: isIP(host) === 0 ? host : '', ca, cert, key });
}
