import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ServiceChannel, ServiceDoor } from '../domain/service-door.ts';
import { serveFront } from '../gateway/serve-front.ts';
import { serviceDoors } from './service-doors.ts';

const TOKEN = 'cc-mcp-token';
let servers: Server[] = [];
let channels: ServiceChannel[] = [];

afterEach(async () => {
  await Promise.all(channels.map((channel) => channel.end()));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  [servers, channels] = [[], []];
});

async function listening(server: Server, port = 0): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The fixture of that kind behind a front, as in containers; the front's port is what is published. */
async function door(kind: 'stateful' | 'sse', wrap: (handler: RequestListener) => RequestListener = (handler) => handler): Promise<{ readonly door: ServiceDoor; readonly server: Server }> {
  const { handler } = (await import(join(import.meta.dirname, `../../test/fixtures/services/${kind}.mjs`))) as { handler: RequestListener };
  const server = createServer(wrap(handler));
  const port = await listening(server);
  // A port that is free now: what is asked for must be the one that is listened on.
  const free = createServer();
  const outerPort = await listening(free);
  servers.pop();
  await new Promise((resolve) => free.close(resolve));
  servers.push(await serveFront({ name: 'weather', host: '127.0.0.1', port, outerPort, tokenHash: createHash('sha256').update(TOKEN).digest('hex') }, outerPort, '127.0.0.1'));
  return { door: { port: outerPort, path: kind === 'sse' ? '/sse' : '/mcp', transport: kind === 'sse' ? 'sse' : 'http', token: TOKEN }, server };
}

/** A client's side of a channel, line by line. */
class Lines {
  readonly channel: ServiceChannel;
  readonly lines: string[] = [];
  #waiting: (() => void)[] = [];

  constructor(at: ServiceDoor) {
    this.channel = serviceDoors.connect(at, async () => 'weather exited with code 3');
    channels.push(this.channel);
    let text = '';
    this.channel.onBytes((pieces) => {
      const parts = (text + Buffer.concat([...pieces]).toString()).split('\n');
      text = parts.pop() ?? '';
      this.lines.push(...parts);
      for (const wake of this.#waiting.splice(0)) wake();
      return true;
    });
  }

  write(message: object): void {
    this.channel.write([`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`]);
  }

  // Each test reads the fields that it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  async find(isWanted: (message: any) => boolean): Promise<any> {
    for (;;) {
      const found = this.lines.map((line) => JSON.parse(line) as unknown).find(isWanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  call(id: number, name: string, args: object = {}): Promise<any> {
    this.write({ id, method: 'tools/call', params: { name, arguments: args } });
    return this.find((message) => message.id === id && message.method === undefined);
  }

  async begin(): Promise<this> {
    this.write({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } } });
    await this.find((message) => message.id === 0);
    this.write({ method: 'notifications/initialized' });
    return this;
  }
}

const textOf = (answer: { result: { content: { text: string }[] } }): string | undefined => answer.result.content[0]?.text;

test('a door says whether nobody, a front alone, or a server is behind it', async () => {
  const { door: at, server } = await door('stateful');
  expect(await serviceDoors.state(at)).toBe('server');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  servers = servers.filter((other) => other !== server);
  expect(await serviceDoors.state(at)).toBe('front');
  expect(await serviceDoors.state({ ...at, token: 'other' })).toBe('nobody');
});

test('a path that speaks MCP is told from one that does not', async () => {
  const { door: http } = await door('stateful');
  expect([await serviceDoors.probe(http), await serviceDoors.probe({ ...http, path: '/nothing' })]).toEqual(['yes', 'no']);
  const { door: sse } = await door('sse');
  expect([await serviceDoors.probe(sse), await serviceDoors.probe({ ...sse, path: '/' })]).toEqual(['yes', 'no']);
});

test('a session is kept over calls, the server asks back, and says what nobody asked for', async () => {
  const { door: at } = await door('stateful');
  const client = await new Lines(at).begin();
  expect([textOf(await client.call(1, 'count')), textOf(await client.call(2, 'count'))]).toEqual(['1', '2']);
  const asked = client.call(3, 'ask');
  const question = await client.find((message) => message.method === 'roots/list');
  client.write({ id: question.id, result: { roots: [] } });
  expect(textOf(await asked)).toBe('{"roots":[]}');
  for (let id = 4; !client.lines.some((line) => line.includes('list_changed')); id += 1) await client.call(id, 'notify');
});

test('a server that knows the session no more meets the client anew, unseen', async () => {
  const { door: at } = await door('stateful', (handler) => (request, response) => {
    // As if it had been started again after the second call.
    if (request.headers['x-forget'] === undefined && forget) {
      forget = false;
      request.headers['mcp-session-id'] = 'of-before';
    }
    return handler(request, response);
  });
  let forget = false;
  const client = await new Lines(at).begin();
  expect(textOf(await client.call(1, 'count'))).toBe('1');
  forget = true;
  expect(textOf(await client.call(2, 'count'))).toBe('1');
  expect(client.lines.filter((line) => line.includes('serverInfo'))).toHaveLength(1);
});

test('calls that their server leaves behind are answered with the reason', async () => {
  const { door: at, server } = await door('stateful');
  const client = await new Lines(at).begin();
  const slow = client.call(1, 'slow');
  expect(textOf(await client.call(2, 'count'))).toBe('1');
  server.closeAllConnections();
  expect(await slow).toMatchObject({ id: 1, error: { code: -32000, message: 'cc-mcp: weather exited with code 3' } });
});

test('a line that is no JSON, and one that the server refuses, are answered too', async () => {
  const { door: at } = await door('stateful');
  const client = new Lines(at);
  client.channel.write(['no json\n']);
  expect(await client.find((message) => message.id === null)).toMatchObject({ error: { code: -32700 } });
  client.write({ id: 9, method: 'tools/list' });
  expect(await client.find((message) => message.id === 9)).toMatchObject({ error: { code: -32001, message: 'Session not found' } });
});

test('what was asked is answered before it is settled, also where the last line has no newline', async () => {
  const { door: at } = await door('stateful');
  const client = await new Lines(at).begin();
  client.channel.write([JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/list' })]);
  await client.channel.settled();
  expect(client.lines.some((line) => JSON.parse(line).id === 5)).toBe(true);
});

test('over the HTTP with SSE of 2024 calls are answered, also after the stream broke', async () => {
  const { door: at, server } = await door('sse');
  const client = await new Lines(at).begin();
  expect(textOf(await client.call(1, 'echo', { text: 'grüß dich' }))).toBe('grüß dich');
  server.closeAllConnections();
  await expect.poll(async () => {
    const id = client.lines.length + 100;
    const answer = await client.call(id, 'echo', { text: 'again' });
    return answer.error === undefined ? textOf(answer) : answer.error.message;
  }).toBe('again');
  expect(client.lines.filter((line) => line.includes('serverInfo'))).toHaveLength(1);
});
