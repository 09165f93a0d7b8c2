import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: a service's port must be free again after a boot. */
const FIRST = 20_000;
const COUNT = 10_000;

/** A port of the loopback that nobody listens on and that is not `taken`: always the same for the same wish, if it can be had. */
export async function freePort(wish: number, taken: ReadonlySet<number>): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    const port = FIRST + ((wish + tried) % COUNT);
    if (!taken.has(port) && (tried === COUNT || (await isFree(port)))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
