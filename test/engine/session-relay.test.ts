import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ByteClient } from '../support/byte-client.ts';
import { RunClient } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
let home: SessionHome;
beforeAll(async () => {
  [program, home] = [await sessionProgram(), await SessionHome.create()];
  await home.addServer('mirror.mjs', { name: 'mirror', recipe: { standby: 'off' } });
  await home.addServer('asks-back.mjs', { name: 'asks', recipe: { standby: 'off' } });
  await home.addServer('polite.mjs', { name: 'polite', recipe: { standby: 'off' } });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
});

const launch = (name: string) => ({ bin: program.bin, home: home.folder, words: [name] });
const sha = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const ODD_TEXT = '\u00A0\u200D\u2028\u2029\uFEFF👩‍👩‍👧‍👦é\\ud800\\u0000\\udfff"quoted\\"\tend';
/** A line of so many bytes, newline included: JSON where there is room for it. */
const lineOf = (bytes: number): Buffer => {
  const shell = Buffer.from('{"jsonrpc":"2.0","method":"x","params":""}\n');
  if (bytes <= shell.length) return Buffer.concat([Buffer.alloc(bytes - 1, 'a'), Buffer.from('\n')]);
  const filler = Buffer.alloc(bytes - shell.length, Buffer.from(ODD_TEXT.replaceAll('"', "'").replaceAll('\t', ' ')));
  return Buffer.concat([shell.subarray(0, -3), filler, shell.subarray(-3)]);
};

test('[M6] lines of 1 B to 16 MB come back byte for byte, at every size around the buffers on the way', async () => {
  await using client = new ByteClient(launch('mirror'));
  const sizes = [1, 2, 7, 8, 9, 100, 4095, 4096, 4097, 16_383, 16_384, 16_385, 32_767, 32_768, 32_776, 65_535, 65_536, 65_537, 131_072, 1_000_003, 16 * 1024 * 1024];
  const sent: Buffer[] = [];
  for (const size of sizes) {
    const line = lineOf(size);
    sent.push(line);
    await client.send(line);
  }
  expect(await client.hashOf(sent.reduce((sum, line) => sum + line.length, 0))).toBe(sha(...sent));
});

test('[M6] any Unicode, escaped lone surrogates and carriage returns pass as they are', async () => {
  await using client = new RunClient(launch('mirror'));
  const lines = [
    JSON.stringify({ jsonrpc: '2.0', id: 'é\u2028', method: 'm', params: { text: ODD_TEXT } }),
    '{"jsonrpc":"2.0","id":1,"method":"m","params":{"text":"\\ud800 alone, \\udc00 alone"}}',
    '{ "jsonrpc" : "2.0" , "id" : 2 , "method" : "m" , "big": 123456789012345678901234567890.10 }\r',
    '[{"jsonrpc":"2.0","id":3,"method":"a"},{"jsonrpc":"2.0","method":"b"}]',
  ];
  for (const line of lines) client.write(`${line}\n`);
  client.write('{"jsonrpc":"2.0","id":"last","method":"m"}\n');
  await expect.poll(() => client.lines.length, { timeout: 20_000 }).toBe(lines.length + 1);
  expect(client.lines.slice(0, lines.length)).toEqual(lines);
});

test('[M6] 10 000 small messages, in both directions at once, keep their order', async () => {
  await using client = new ByteClient(launch('mirror'));
  const lines = Array.from({ length: 10_000 }, (_, id) => Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', method: 'ping', params: { id, pad: ODD_TEXT.slice(0, id % 20) } })}\n`));
  for (const line of lines) await client.send(line);
  expect(await client.hashOf(lines.reduce((sum, line) => sum + line.length, 0))).toBe(sha(...lines));
});

test('[M6] 128 MB of bytes without a meaning pass in both directions, and memory stays flat', async () => {
  await using client = new ByteClient(launch('mirror'));
  const block = randomBytes(1024 * 1024).map((byte) => (byte === 0x0a ? 0x0b : byte));
  block[block.length - 1] = 0x0a;
  const hash = createHash('sha256');
  const memory: number[] = [];
  for (let round = 0; round < 128; round += 1) {
    await client.send(block);
    hash.update(block);
    if (round % 16 === 15) memory.push(client.memory());
  }
  expect(await client.hashOf(128 * block.length)).toBe(hash.digest('hex'));
  expect(Math.max(...memory)).toBeLessThan(140);
});

test('[M6] [F41] a client that reads slowly slows the server down: memory stays flat and nothing is lost', async () => {
  await using client = new ByteClient(launch('mirror'));
  const line = lineOf(1024 * 1024);
  const sending = (async () => {
    for (let round = 0; round < 48; round += 1) await client.send(line);
  })();
  const memory: number[] = [];
  client.child.stdout.pause();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (let round = 0; round < 20; round += 1) {
    memory.push(client.memory());
    client.child.stdout.resume();
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(client.received).toBeLessThan(48 * line.length);
  client.child.stdout.resume();
  await sending;
  expect(await client.hashOf(48 * line.length)).toBe(sha(...Array.from({ length: 48 }, () => line)));
  expect(Math.max(...memory)).toBeLessThan(120);
});

test('[M6] sampling, elicitation and roots are asked by the server and answered by the client within a call', async () => {
  await using client = new RunClient(launch('asks'));
  await client.connect();
  for (const [tool, method, result, expected] of [
    ['sample', 'sampling/createMessage', { role: 'assistant', content: { type: 'text', text: 'sampled' }, model: 'm' }, 'sampled'],
    ['elicit', 'elicitation/create', { action: 'accept', content: { a: 1 } }, '{"action":"accept","content":{"a":1}}'],
    ['roots', 'roots/list', { roots: [{ uri: 'file:///x' }] }, '{"roots":[{"uri":"file:///x"}]}'],
  ] as const) {
    const call = client.call(tool);
    await expect.poll(() => client.messages().some((message) => message.method === method), { timeout: 10_000 }).toBe(true);
    const asked = client.messages().find((message) => message.method === method);
    client.write(`${JSON.stringify({ jsonrpc: '2.0', id: asked?.id, result })}\n`);
    expect((await call).result.content[0].text).toBe(expected);
  }
});

test('[M6] progress arrives before the answer, and a cancelled call is not answered', async () => {
  await using client = new RunClient(launch('asks'));
  await client.connect();
  const answer = await client.request('tools/call', { name: 'steps', arguments: { steps: 5 }, _meta: { progressToken: 'p' } });
  expect(answer.result.content[0].text).toBe('done');
  const progress = client.messages().filter((message) => message.method === 'notifications/progress');
  expect(progress.map((message) => message.params?.['progress'])).toEqual([1, 2, 3, 4, 5]);
  client.write('{"jsonrpc":"2.0","id":"slow","method":"tools/call","params":{"name":"wait"}}\n');
  client.notify('notifications/cancelled', { requestId: 'slow', reason: 'no longer needed' });
  expect((await client.request('ping')).result).toEqual({});
  expect(await client.leave()).toBe(0);
  expect(client.messages().some((message) => message.id === 'slow')).toBe(false);
});

test('[M6] a batch is passed as one line', async () => {
  await using client = new RunClient(launch('polite'));
  await client.connect();
  client.write('[{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"echo","arguments":{"text":"batched"}}}]\n');
  expect((await client.answerTo('a')).result).toEqual({});
  expect((await client.answerTo('b')).result.content[0].text).toBe('batched');
});
