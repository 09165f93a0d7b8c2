import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

export interface EngineDoor extends AsyncDisposable {
  /** For CC_MCP_ENGINE. */
  readonly address: string;
  /** From now on: `closed` refuses, `silent` accepts and never answers. */
  set(state: 'open' | 'closed' | 'silent'): Promise<void>;
}

const REAL_ENGINE = '/var/run/docker.sock';

/** A unix socket before the real engine's that a test can shut, as when the daemon dies or hangs. */
export async function engineDoor(path: string, engine: string = process.env['CC_MCP_TEST_ENGINE_SOCKET'] ?? REAL_ENGINE): Promise<EngineDoor> {
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client, sockets);
    if (silent) return;
    const real = connect({ path: engine, allowHalfOpen: true });
    keep(real, sockets);
    client.pipe(real).pipe(client);
  });
  const shut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const open = (): Promise<void> => new Promise((resolve, reject) => { server.once('error', reject).listen(path, resolve); });
  await open();
  return {
    address: `unix://${path}`,
    async set(state) {
      silent = state === 'silent';
      await shut();
      if (state !== 'closed') await open();
    },
    async [Symbol.asyncDispose]() {
      await shut();
      await rm(path, { force: true });
    },
  };
}

/** A half that breaks takes its connection along and nothing else. */
function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
}
