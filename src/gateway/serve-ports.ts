import { rmSync } from 'node:fs';
import { createConnection, type Server } from 'node:net';
import { joinSockets } from './join-sockets.ts';
import { listening } from './listening.ts';
import { socketPath } from './socket-path.ts';

/** The half in this machine's network: each socket in the folder leads to its own port of the loopback, and to nothing else. */
export function servePorts(folder: string, ports: readonly number[]): Promise<readonly Server[]> {
  return Promise.all(ports.map((port) => {
    const path = socketPath(folder, port);
    // One of a forwarder that was killed still stands there.
    rmSync(path, { force: true });
    return listening({ path }, (client) => joinSockets(client, createConnection({ host: '127.0.0.1', port, allowHalfOpen: true })));
  }));
}
