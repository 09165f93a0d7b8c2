import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

export interface EngineDoor extends AsyncDisposable {
  /** For CC_MCP_ENGINE. */
  readonly address: string;
  /** From now on: `closed` refuses, `silent` accepts and never answers. */
  set(state: 'open' | 'closed' | 'silent'): Promise<void>;
  /** In place of the engine's answer to requests whose first line this matches, until the function that is given back is called. */
  answer(request: RegExp, status: string, body: unknown): () => void;
}

const REAL_ENGINE = '/var/run/docker.sock';

/** A unix socket before the real engine's that a test can shut, as when the daemon dies or hangs. */
export async function engineDoor(path: string, engine: string = process.env['CC_MCP_TEST_ENGINE_SOCKET'] ?? REAL_ENGINE): Promise<EngineDoor> {
  const sockets = new Set<Socket>();
  const answers = new Map<RegExp, string>();
  let silent = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client, sockets);
    if (silent) return;
    const real = connect({ path: engine, allowHalfOpen: true });
    keep(real, sockets);
    real.pipe(client);
    client.on('end', () => real.end());
    client.on('data', (chunk: Buffer) => {
      const line = answers.size === 0 ? '' : chunk.subarray(0, 500).toString('latin1').split('\r\n', 1)[0] ?? '';
      const [, answer] = [...answers].find(([request]) => request.test(line)) ?? [];
      if (answer !== undefined) {
        client.end(answer);
        client.removeAllListeners('data').resume();
      } else if (!real.write(chunk)) {
        client.pause();
        real.once('drain', () => client.resume());
      }
    });
  });
  const shut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const open = (): Promise<void> => new Promise((resolve, reject) => { server.once('error', reject).listen(path, resolve); });
  await open();
  return {
    address: `unix://${path}`,
    answer(request, status, body) {
      const text = JSON.stringify(body);
      answers.set(request, `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}\n`);
      return () => void answers.delete(request);
    },
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
