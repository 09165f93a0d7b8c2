import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';

/** A listener that is up, whose connections may be half closed: a client that has sent all it wants still waits for the answer. */
export function listening(address: ListenOptions, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve(server));
  });
}
