import { createHash } from 'node:crypto';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serveFront } from './serve-front.ts';

const TOKEN = 'the-token';
/** What this machine's port is in a container's settings: here nothing is published, so any number will do. */
const OUTER = 23_456;
const OWN = { host: `127.0.0.1:${OUTER}`, authorization: `Bearer ${TOKEN}` };
let servers: Server[] = [];

afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
});

async function listen(handler: RequestListener, port = 0): Promise<number> {
  const server = createServer(handler).listen(port, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

async function front(port: number): Promise<number> {
  const server = await serveFront({ name: 'weather', host: '127.0.0.1', port, outerPort: OUTER, tokenHash: createHash('sha256').update(TOKEN).digest('hex') }, 0, '127.0.0.1');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly broken: boolean;
}

function ask(port: number, { path = '/mcp', method = 'POST', headers = OWN, body = '' }: { path?: string; method?: string; headers?: Record<string, string | string[]>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers, setHost: false }, async (answer) => {
      let text = '';
      const broken = await (async () => { for await (const piece of answer) text += String(piece); })().then(() => false, () => true);
      resolve({ status: answer.statusCode, headers: answer.headers, text, broken });
    }).on('error', reject).end(body);
  });
}

const echo: RequestListener = async (incoming, answer) => {
  let body = '';
  for await (const piece of incoming) body += String(piece);
  answer.writeHead(201, { 'mcp-session-id': 'abc' }).end(JSON.stringify({ url: incoming.url, method: incoming.method, headers: incoming.headers, body }));
};

test('what has the token passes byte for byte; the server sees neither the token nor where it came from', async () => {
  const [server] = [await listen(echo)];
  const answer = await ask(await front(server), { path: '/mcp?a=1', headers: { ...OWN, origin: `http://localhost:${OUTER}`, cookie: 'a=b', 'mcp-session-id': 'x', 'content-type': 'application/json' }, body: '{"grüß":"dich"}' });
  expect([answer.status, answer.headers['mcp-session-id']]).toEqual([201, 'abc']);
  const seen = JSON.parse(answer.text) as { url: string; headers: Record<string, string>; body: string };
  expect([seen.url, seen.body, seen.headers['host'], seen.headers['mcp-session-id']]).toEqual(['/mcp?a=1', '{"grüß":"dich"}', `localhost:${server}`, 'x']);
  expect(Object.keys(seen.headers)).not.toEqual(expect.arrayContaining(['authorization']));
  expect(Object.keys(seen.headers)).not.toEqual(expect.arrayContaining(['origin']));
  expect(Object.keys(seen.headers)).not.toEqual(expect.arrayContaining(['cookie']));
});

test.each<[string, Record<string, string | string[]>, number]>([
  ['a foreign Host', { ...OWN, host: `evil.example:${OUTER}` }, 403],
  ['the Host of another port', { ...OWN, host: '127.0.0.1:80' }, 403],
  ['no Host', { authorization: OWN.authorization }, 400],
  ['a foreign Origin', { ...OWN, origin: 'https://evil.example' }, 403],
  ['the Origin of a file', { ...OWN, origin: 'null' }, 403],
  ['no token', { host: OWN.host }, 401],
  ['another token', { ...OWN, authorization: 'Bearer other' }, 401],
  ['a token of another kind', { ...OWN, authorization: `Basic ${TOKEN}` }, 401],
])('%s is refused before the server hears of it', async (_, headers, status) => {
  let heard = 0;
  const port = await front(await listen((_incoming, answer) => void answer.end(String((heard += 1)))));
  expect((await ask(port, { headers })).status).toBe(status);
  expect(heard).toBe(0);
});

test('an address in place of a path is refused', async () => {
  const port = await front(await listen(echo));
  expect((await ask(port, { path: 'http://evil.example/mcp' })).status).toBe(400);
});

test('a stream arrives as it is written, and ends for the server when its client leaves', async () => {
  const left = Promise.withResolvers<void>();
  const port = await front(await listen((incoming, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write('data: one\n\n');
    incoming.on('close', () => left.resolve());
  }));
  const first = await new Promise<string>((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: '/mcp', headers: OWN, setHost: false }, (answer) => answer.once('data', (piece: Buffer) => {
      resolve(String(piece));
      asking.destroy();
    })).on('error', reject);
    asking.end();
  });
  expect(first).toBe('data: one\n\n');
  await left.promise;
});

const CALL = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: {} });

test('a call whose server ends before it answers gets an error with its id', async () => {
  const port = await front(await listen((incoming) => void incoming.on('data', () => incoming.socket.destroy())));
  const answer = await ask(port, { body: CALL });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code: -32000, message: expect.stringContaining('weather ended before it answered'), data: { by: 'cc-mcp-front' } } });
});

test('a call whose server ends in the middle of its stream gets an error as the last event, unless an event is cut', async () => {
  const cut = { at: '' };
  const port = await front(await listen((incoming, answer) => {
    incoming.resume().on('end', () => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(`: hello\n\n${cut.at}`, () => incoming.socket.destroy());
    });
  }));
  const whole = await ask(port, { body: CALL });
  expect([whole.broken, JSON.parse(whole.text.split('data: ')[1] ?? '')]).toEqual([false, expect.objectContaining({ id: 7, error: expect.objectContaining({ message: expect.stringContaining('weather ended while it answered') }) })]);
  cut.at = 'data: {"half';
  expect(await ask(port, { body: CALL })).toMatchObject({ broken: true, text: expect.not.stringContaining('weather ended') });
});

test('a server that is started again is waited for; what was not asked yet is not lost', async () => {
  const away = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => away.once('listening', resolve));
  const { port } = away.address() as AddressInfo;
  await new Promise((resolve) => away.close(resolve));
  const outer = await front(port);
  expect(JSON.parse((await ask(outer, { path: '/.cc-mcp/health', method: 'GET' })).text)).toEqual({ server: 'down' });
  const waiting = ask(outer, { body: CALL });
  await listen(echo, port);
  expect(JSON.parse((await waiting).text)).toMatchObject({ body: CALL });
  expect(JSON.parse((await ask(outer, { path: '/.cc-mcp/health', method: 'GET' })).text)).toEqual({ server: 'up' });
});
