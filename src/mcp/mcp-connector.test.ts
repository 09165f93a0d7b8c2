import { PassThrough } from 'node:stream';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { describe, expect, it } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import { toolFingerprint } from '../domain/fingerprint.ts';
import { SdkMcpConnector } from './mcp-connector.ts';

const connector = new SdkMcpConnector('1.2.3');

describe('an SDK server', () => {
  it.each(['serve', 'reject'] as const)('[M2] is listed and called, with the legacy era set to %s', async (legacy) => {
    const { streams, received } = pipes();
    serveStdio(exampleServer, { transport: new StdioServerTransport(received, streams.stdout), legacy });
    await using connection = await connector.connect(streams, { roots: [] });
    expect(connection.era).toBe(legacy === 'serve' ? 'legacy' : 'modern');
    expect(connection.protocolVersion).toBe(legacy === 'serve' ? '2025-11-25' : '2026-07-28');
    expect(connection.server).toEqual({ name: 'example', version: '1.0.0' });
    expect(connection.capabilities).toEqual({ tools: true, resources: false, prompts: false });
    const tools = await connection.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(['add']);
    expect(await connection.callTool('add', { a: 2, b: 3 })).toEqual({ text: '5', isError: false });
    expect(await connection.callTool('add', { a: 'x' })).toMatchObject({ isError: true });
  });
});

describe('asked by server/discover alone', () => {
  it.each(['serve', 'reject'] as const)('an SDK server answers, with the legacy era set to %s', async (legacy) => {
    const { streams, received } = pipes();
    serveStdio(exampleServer, { transport: new StdioServerTransport(received, streams.stdout), legacy });
    await using connection = await connector.connect(streams, { roots: [], era: 'modern' });
    expect([connection.era, connection.protocolVersion]).toEqual(['modern', '2026-07-28']);
    expect(await connection.callTool('add', { a: 2, b: 3 })).toEqual({ text: '5', isError: false });
  });

  it('a server of the older era refuses, and is not asked by initialize', async () => {
    const { streams, received } = pipes();
    const asked: unknown[] = [];
    onMessages(received, ({ id, method }) => {
      asked.push(method);
      streams.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } })}\n`);
    });
    await expect(connector.connect(streams, { roots: [], era: 'modern' })).rejects.toMatchObject({ code: 'GATE_FAILED' });
    expect(asked).toEqual(['server/discover']);
  });
});

describe('a scripted server', () => {
  it('answers roots with what was granted, and refuses what needs a user or a model', async () => {
    const { streams, received, answer, requests } = scripted({ capabilities: {} });
    await using connection = await connector.connect(streams, { roots: ['/srv/my notes'] });
    expect(connection.capabilities).toEqual({ tools: false, resources: false, prompts: false });
    answer({ id: 'r', method: 'roots/list' });
    answer({ id: 's', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } });
    await expect.poll(() => requests.length).toBeGreaterThanOrEqual(4);
    expect(requests.find((message) => message['id'] === 'r')).toMatchObject({ result: { roots: [{ uri: 'file:///srv/my%20notes', name: 'my notes' }] } });
    expect(requests.find((message) => message['id'] === 's')).toMatchObject({ error: { code: -32601, message: expect.stringContaining('sampling/createMessage') } });
    expect(received.destroyed).toBe(false);
  });

  it('[M5] keeps what is no JSON-RPC on stdout as stray lines, cut and counted', async () => {
    const { streams } = scripted({ capabilities: {} }, () => {
      streams.stdout.write('Starting…\n{"level":30,"msg":"pino"}\n\n');
      streams.stdout.write(`${'x'.repeat(1000)}\n{not json\n`);
    });
    await using connection = await connector.connect(streams, { roots: [] });
    expect(connection.strayLines.map((line) => line.slice(0, 9))).toEqual(['Starting…', '{"level":', 'xxxxxxxxx', '{not json']);
    expect(connection.strayLines[2]).toHaveLength(200);
  });

  it('reads characters that are split over chunks, and batches', async () => {
    const { streams } = scripted({ capabilities: { tools: {} } });
    await using connection = await connector.connect(streams, { roots: [] });
    const listing = connection.listTools();
    const line = Buffer.from(`[${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'é', inputSchema: { type: 'object' } }] } })}]\n`);
    const middle = line.indexOf(0xc3) + 1;
    streams.stdout.write(line.subarray(0, middle));
    await new Promise((resolve) => setTimeout(resolve, 10));
    streams.stdout.write(line.subarray(middle));
    expect((await listing)[0]?.name).toBe('é');
  });

  it('fingerprints tools as they were sent, with what the SDK does not know', async () => {
    const tool = { name: 't', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true, 'x-own': 1 } };
    const { streams } = scripted({ capabilities: { tools: {} } }, undefined, { 'tools/list': { tools: [tool] } });
    await using connection = await connector.connect(streams, { roots: [] });
    expect((await connection.listTools()).map(toolFingerprint)).toEqual([toolFingerprint(tool)]);
  });

  it('[M5] fails with the kind of fault when the server ends, stops in a line or writes an endless one', async () => {
    const cases: readonly [string, (stdout: PassThrough) => void][] = [
      ['closed', (stdout) => stdout.end()],
      ['partial-line', (stdout) => stdout.end('{"jsonrpc":"2.0","id":0,"res')],
      ['line-too-long', (stdout) => { for (let piece = 0; piece < 17; piece += 1) stdout.write(Buffer.alloc(1024 * 1024, 'a')); }],
    ];
    for (const [fault, act] of cases) {
      const { streams } = pipes();
      const connecting = connector.connect(streams, { roots: [] });
      act(streams.stdout);
      await expect(connecting, fault).rejects.toMatchObject({ code: 'GATE_FAILED', details: { fault } });
    }
  });

  it('says the first refusal when both eras are refused', async () => {
    const { streams, received } = pipes();
    onMessages(received, (message) => {
      streams.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message['id'], error: { code: -32603, message: `no ${String(message['method'])}` } })}\n`);
    });
    const error = await connector.connect(streams, { roots: [] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CcMcpError);
    expect(error).toMatchObject({ message: 'the server answered initialize with an error: no initialize (-32603)', details: { fault: 'refused' } });
  });

  it.each(['legacy', 'modern'])('gives up with the caller\'s reason, in the %s era too', async (era) => {
    const { streams, received } = pipes();
    if (era === 'modern') {
      onMessages(received, (message) => {
        if (message['method'] === 'initialize') streams.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message['id'], error: { code: -32601, message: 'no' } })}\n`);
      });
    }
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(connector.connect(streams, { roots: [] }, controller.signal)).rejects.toBe(reason);
  });

  it.each([
    ['no list', { tools: 'x' }], ['no input schema', { tools: [{ name: 'a' }] }], ['a name twice', { tools: [{ name: 'a', inputSchema: { type: 'object' } }, { name: 'a', inputSchema: { type: 'object' } }] }],
  ])('refuses a tool list with %s', async (_title, result) => {
    const { streams } = scripted({ capabilities: { tools: {} } }, undefined, { 'tools/list': result });
    await using connection = await connector.connect(streams, { roots: [] });
    await expect(connection.listTools()).rejects.toMatchObject({ details: { fault: 'invalid' } });
  });
});

function exampleServer(): McpServer {
  const server = new McpServer({ name: 'example', version: '1.0.0' });
  const inputSchema = fromJsonSchema<{ a: number; b: number }>({ type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] });
  server.registerTool('add', { inputSchema }, ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }));
  return server;
}

/** `streams` is our side, `received` what the server reads. */
function pipes() {
  const received = new PassThrough();
  return { streams: { stdin: received, stdout: new PassThrough() }, received };
}

type Message = Readonly<Record<string, unknown>>;

function onMessages(stream: PassThrough, take: (message: Message) => void): void {
  stream.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter((text) => text !== '')) take(JSON.parse(line) as Message);
  });
}

/** A legacy server that answers `initialize`, and other methods as given. */
function scripted(initialize: object, before: () => void = () => undefined, results: Readonly<Record<string, object>> = {}) {
  const { streams, received } = pipes();
  const requests: Message[] = [];
  const answer = (message: object): void => void streams.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  onMessages(received, (message) => {
    requests.push(message);
    if (message['method'] === 'initialize') {
      before();
      answer({ id: message['id'], result: { protocolVersion: '2025-11-25', serverInfo: { name: 's', version: '0' }, ...initialize } });
    }
    const result = results[String(message['method'])];
    if (result !== undefined) answer({ id: message['id'], result });
  });
  return { streams, received, answer, requests };
}
