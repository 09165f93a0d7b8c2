import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardPorts } from './forward-ports.ts';
import { servePorts } from './serve-ports.ts';

/** Not this machine's loopback as the forwarder knows it: both halves listen in one network here. */
const GATEWAY = '127.0.0.2';
let folder: string;
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-gateway-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

async function service(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function forward(ports: readonly number[]): Promise<void> {
  servers.push(...(await servePorts(folder, ports)), ...(await forwardPorts(folder, ports, GATEWAY)));
}

async function everything(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test('an answer comes back after the client has said all that it wants to say', async () => {
  const port = await service((socket) => void everything(socket).then((asked) => socket.end(`you said ${asked}`)));
  await forward([port]);
  const client = connect({ port, host: GATEWAY, allowHalfOpen: true });
  client.end('hello');
  expect(await everything(client)).toBe('you said hello');
});

test('each port leads to its own, and megabytes arrive as they were sent', async () => {
  const large = Buffer.alloc(8 * 1024 * 1024, 'abcdefgh');
  const [one, two] = [await service((socket) => void socket.end('one')), await service((socket) => void socket.end(large))];
  await forward([one, two]);
  expect(await everything(connect(one, GATEWAY))).toBe('one');
  expect((await everything(connect(two, GATEWAY))) === large.toString()).toBe(true);
});

test('a slow client that has ended its side gets all that was sent before the service left', async () => {
  const large = Buffer.alloc(8 * 1024 * 1024, 'abcdefgh');
  const left = Promise.withResolvers<void>();
  const port = await service((socket) => void socket.resume().on('end', () => socket.end(large)).on('close', () => left.resolve()));
  await forward([port]);
  const client = connect({ port, host: GATEWAY, allowHalfOpen: true });
  client.end('go');
  await once(client, 'readable');
  let bytes = 0;
  for await (const chunk of client) {
    bytes += (chunk as Buffer).length;
    if (bytes < 64 * 1024) await new Promise((resolve) => setImmediate(resolve));
  }
  await left.promise;
  expect(bytes).toBe(large.length);
});

test('a port that nobody listens on ends the connection, and the next one finds the service that came later', async () => {
  const port = await service(() => {});
  const [gone] = servers.splice(0);
  await new Promise((resolve) => gone?.close(resolve));
  await forward([port]);
  const refused = connect(port, GATEWAY);
  refused.on('error', () => {});
  await once(refused.resume(), 'close');
  const server = createServer((socket) => void socket.end('back')).listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  expect(await everything(connect(port, GATEWAY))).toBe('back');
});

test('a client that breaks off breaks the connection of the service', async () => {
  const broken = Promise.withResolvers<void>();
  const port = await service((socket) => void socket.resume().on('error', () => {}).on('end', () => socket.destroy()).on('close', () => broken.resolve()));
  await forward([port]);
  const client = connect(port, GATEWAY);
  await once(client, 'connect');
  client.resetAndDestroy();
  await broken.promise;
});
