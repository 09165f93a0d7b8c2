import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { SessionClient } from '../domain/session-ports.ts';
import { CcMcpError } from '../domain/errors.ts';
import { ClientInput } from './client-input.ts';
import { awaitDemand } from './probe.ts';
import { refuse } from './refuse.ts';
import { sinkOf, sourceOf } from './stream-bytes.ts';

const PROBE = '{"jsonrpc":"2.0","id":"p","method":"server/discover","params":{}}\n';
const INITIALIZE = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}\n';

function clientSays(): { readonly stdin: PassThrough; readonly input: ClientInput; readonly client: SessionClient; readonly answers: () => string; readonly said: string[] } {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const said: string[] = [];
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const source = sourceOf(stdin);
  const client: SessionClient = { input: source, output: sinkOf(stdout), say: (line) => void said.push(line), onSignal: () => undefined };
  return { stdin, input: new ClientInput(source), client, answers: () => text, said };
}
const nothing = { seen: () => true, isMidLine: () => false, lineBytes: () => 0 };
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

test('probes of a legacy server are answered here, and what follows is left for the server', async () => {
  const { stdin, input, client, answers } = clientSays();
  stdin.write(PROBE.slice(0, 20));
  stdin.write(PROBE.slice(20) + PROBE + INITIALIZE);
  expect(await awaitDemand(input, client, 'legacy')).toBe('line');
  await soon();
  expect(answers().match(/"code":-32601/g)).toHaveLength(2);
  expect(input.held.toString()).toBe(INITIALIZE);
});

test('a modern server gets its probes itself, and a client that says nothing demands nothing', async () => {
  const modern = clientSays();
  modern.stdin.write(PROBE);
  expect(await awaitDemand(modern.input, modern.client, 'modern')).toBe('line');
  expect(await awaitDemand(modern.input, modern.client, 'dual')).toBe('line');
  expect(modern.answers()).toBe('');
  const silent = clientSays();
  silent.stdin.end();
  expect(await awaitDemand(silent.input, silent.client, 'legacy')).toBe('ended');
});

test('a last line without a newline is demand too, and passes as it is', async () => {
  const { stdin, input, client } = clientSays();
  stdin.end(INITIALIZE.trimEnd());
  expect(await awaitDemand(input, client, 'legacy')).toBe('line');
  expect(input.held.toString()).toBe(INITIALIZE.trimEnd());
  const probe = clientSays();
  probe.stdin.end(PROBE.trimEnd());
  expect(await awaitDemand(probe.input, probe.client, 'legacy')).toBe('ended');
});

test('what the server has been given is not given again, what came since is, and then the end', async () => {
  const { stdin, input } = clientSays();
  const target = new PassThrough();
  stdin.write('one\n');
  await input.peekLine();
  const { length } = input.held;
  stdin.write('two\n');
  await soon();
  input.pour(sinkOf(target), length, nothing);
  stdin.end('three\n');
  const chunks: Buffer[] = [];
  for await (const chunk of target) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe('two\nthree\n');
});

test('a client that says much before anybody listens is slowed down, and loses nothing', async () => {
  const { stdin, input } = clientSays();
  const line = Buffer.from(`${'x'.repeat(1024 * 1024)}\n`);
  for (let count = 0; count < 4; count += 1) stdin.write(line);
  expect((await input.peekLine()).kind).toBe('line');
  await soon();
  expect(input.held.length).toBeLessThan(2.5 * 1024 * 1024);
  const target = new PassThrough();
  input.pour(sinkOf(target), 0, nothing);
  stdin.end();
  let bytes = 0;
  for await (const chunk of target) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(4 * line.length);
});

test('a refusal answers the first request that is no probe, in one line, whatever is in its words', async () => {
  const { stdin, input, client, answers, said } = clientSays();
  stdin.write(`${PROBE}{"jsonrpc":"2.0","method":"notifications/x"}\n${INITIALIZE}`);
  const refusal = new CcMcpError('NOT_APPROVED', 'not\napproved\u001B[31m', { suggestions: ['Type: cc-mcp approve x'] });
  expect(await refuse(refusal, input, client)).toBe(5);
  await soon();
  const [probe, first] = answers().trimEnd().split('\n').map((line) => JSON.parse(line) as { id: unknown; error: { code: number; message: string; data: unknown } });
  expect(probe).toMatchObject({ id: 'p', error: { code: -32_601 } });
  expect(first).toMatchObject({ id: 0, error: { code: -32_000, message: 'cc-mcp: not approved. Type: cc-mcp approve x', data: { code: 'NOT_APPROVED' } } });
  expect(said).toEqual(['cc-mcp: not approved. Type: cc-mcp approve x']);
});
