import { describe, expect, test } from 'vitest';
import { LineFeeder } from './line-feeder.ts';
import { MessageScanner, type ScannedMessage } from './message-scanner.ts';
import { quickScan } from './quick-scan.ts';

const scan = (text: string): readonly ScannedMessage[] | undefined => {
  const scanner = new MessageScanner();
  const bytes = Buffer.from(text);
  scanner.push(bytes, 0, bytes.length);
  return scanner.endLine();
};
const one = (text: string): ScannedMessage | undefined => scan(text)?.[0];

describe('a message is known by its top-level members alone', () => {
  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"id":7,"method":"no"}}', { id: '1', method: 'tools/call', isAnswer: false, failed: false }],
    ['{"method":"tools/call","params":{"a":"}\\"id\\":9{"},"jsonrpc":"2.0","id":"x y"}', { id: '"x y"', method: 'tools/call', isAnswer: false, failed: false }],
    ['{"result":{"id":3,"error":1},"jsonrpc":"2.0","id":-2.5e3}', { id: '-2.5e3', method: undefined, isAnswer: true, failed: false }],
    ['{"jsonrpc":"2.0","id":4,"error":{"code":-1,"message":"m"}}', { id: '4', method: undefined, isAnswer: true, failed: true }],
    [' { "id" : null , "error" : { } } ', { id: 'null', method: undefined, isAnswer: true, failed: true }],
    ['{"jsonrpc":"2.0","method":"notifications/x"}', { id: undefined, method: 'notifications/x', isAnswer: false, failed: false }],
    ['{"id":"\\"é\\\\","result":[]}', { id: '"\\"é\\\\"', method: undefined, isAnswer: true, failed: false }],
    ['{}', { id: undefined, method: undefined, isAnswer: false, failed: false }],
  ])('%s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });

  test('each message of a batch', () => {
    expect(scan('[{"id":1,"method":"a"},{"id":2,"result":{"x":[{}]}},{"method":"n"}]')?.map(({ id, method }) => [id, method])).toEqual([['1', 'a'], ['2', undefined], [undefined, 'n']]);
  });

  test.each(['Listening on stdio', '"text"', '42', '{"id":1', '[{"id":1}', 'true {"id":1}', '\u001B[32m{"id":1}'])('%s is no message', (text) => {
    expect(scan(text)).toBeUndefined();
  });

  test('an empty line is nothing, and no stray text either', () => {
    expect(scan('')).toEqual([]);
    expect(scan('  \r')).toEqual([]);
  });
});

describe('a long line is known by its head and its end', () => {
  const filler = 'x\\"}],{"id":99,'.repeat(20_000).replaceAll('"', '\\"').replaceAll('\\\\"', '\\"');
  test.each([
    [`{"result":{"content":[{"text":"${filler}"}]},"jsonrpc":"2.0","id":5}`, '5', true],
    [`{"jsonrpc":"2.0","id":6,"result":{"content":[{"text":"${filler}"}]}}`, '6', true],
    [`{"method":"tools/call","params":{"text":"${filler}"},"jsonrpc":"2.0","id":"seven"}`, '"seven"', false],
    [`{"method":"tools/call","params":{"text":"${filler}"},"id":8,"jsonrpc":"2.0"}\r`, '8', false],
    [`{"method":"notifications/x","params":{"text":"${filler}"}}`, undefined, false],
  ])('%#', (text, id, isAnswer) => {
    for (const piece of [text.length, 65_536, 1000, 7]) {
      const scanner = new MessageScanner();
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += piece) scanner.push(bytes, start, Math.min(bytes.length, start + piece));
      expect(scanner.endLine()).toMatchObject([{ id, isAnswer }]);
    }
  });
});

/** Messages of every kind, spelling and order of members. */
function* messages(): Generator<string> {
  const ids = [1, 'a', 'é"\\', 0, -1.5, undefined];
  for (const id of ids) {
    for (const params of [undefined, {}, { id: 'inner', method: 'inner', text: '{"id":3}' }, { text: 'y'.repeat(500) }]) {
      const request = { jsonrpc: '2.0', id, method: 'tools/list', params };
      const answer = { jsonrpc: '2.0', id, result: params ?? { x: [] } };
      for (const message of [request, answer, { jsonrpc: '2.0', id, error: { code: 1, message: 'no' } }]) {
        yield JSON.stringify(message);
        yield JSON.stringify(Object.fromEntries(Object.entries(message).reverse()));
        yield JSON.stringify(message, null, 1).replaceAll('\n', ' ');
      }
    }
  }
}

test('the quick look agrees with the scanner wherever it dares to say something, and it does for what SDKs write', () => {
  let dared = 0;
  for (const text of messages()) {
    const bytes = Buffer.from(`before\n${text}\nafter`);
    const quick = quickScan(bytes, 7, 7 + Buffer.byteLength(text));
    const parsed = JSON.parse(text) as { id?: unknown; method?: string; error?: unknown };
    expect(one(text)).toEqual({ id: parsed.id === undefined ? undefined : JSON.stringify(parsed.id), method: parsed.method, isAnswer: parsed.method === undefined, failed: parsed.error !== undefined });
    if (quick === undefined) continue;
    dared += 1;
    expect(quick).toEqual(one(text));
  }
  expect(dared).toBeGreaterThan(40);
});

test('lines are the same however the bytes are cut', () => {
  const text = [...messages(), 'a banner', ''].join('\n');
  const bytes = Buffer.from(`${text}\n{"half`);
  const seen = (piece: number): unknown[] => {
    const found: unknown[] = [];
    const feeder = new LineFeeder({ wantsLine: () => false, message: (message) => void found.push(message), stray: () => void found.push('stray') });
    for (let start = 0; start < bytes.length; start += piece) feeder.feed(bytes.subarray(start, start + piece), 0);
    expect(feeder.midLine).toBe(true);
    return found;
  };
  const whole = seen(bytes.length);
  expect(whole.filter((each) => each === 'stray')).toHaveLength(1);
  for (const piece of [1, 3, 64, 1000]) expect(seen(piece)).toEqual(whole);
});

test('a line that is wanted is kept over pieces whose buffer is filled again', () => {
  const lines: (string | undefined)[] = [];
  const feeder = new LineFeeder({ wantsLine: () => true, message: (_, __, line) => void lines.push(line()?.toString()), stray: () => undefined });
  const text = '{"id":1,"result":{"tools":["a","b"]}}';
  const buffer = Buffer.alloc(10);
  for (let start = 0; start < text.length; start += 10) {
    const length = buffer.write(text.slice(start, start + 10));
    feeder.feed(buffer.subarray(0, length), 0);
    buffer.fill(0);
  }
  feeder.feed(Buffer.from('\n'), 0);
  expect(lines).toEqual([text]);
});
