import { createConnection, type Server } from 'node:net';
import { joinSockets } from './join-sockets.ts';
import { listening } from './listening.ts';
import { socketPath } from './socket-path.ts';

/** The half on the server's network: each port of every address here leads to that port's socket in the folder. */
export function forwardPorts(folder: string, ports: readonly number[], host = '0.0.0.0'): Promise<readonly Server[]> {
  return Promise.all(ports.map((port) => listening({ host, port }, (client) => joinSockets(client, createConnection({ path: socketPath(folder, port), allowHalfOpen: true })))));
}
