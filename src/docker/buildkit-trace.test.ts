import { expect, test } from 'vitest';
import { BuildkitTrace } from './buildkit-trace.ts';

/** A field of the wire format: a number, or a length and its bytes. */
function field(number: number, value: number | string | Uint8Array): Uint8Array {
  if (typeof value === 'number') return Buffer.from([number << 3, value]);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);
const TIME = field(1, 5);
const vertex = (digest: string, name: string, ...more: readonly Uint8Array[]): Uint8Array => field(1, message(field(1, digest), field(2, 'sha256:input'), field(3, name), ...more));
const STARTED = field(5, TIME);
const COMPLETED = field(6, TIME);
const CACHED = field(4, 1);
const log = (digest: string, stream: number, bytes: string | Uint8Array): Uint8Array => field(3, message(field(1, digest), field(2, TIME), field(3, stream), field(4, bytes)));

function printed(...messages: readonly Uint8Array[]): string {
  let text = '';
  const trace = new BuildkitTrace((more) => { text += more; });
  for (const one of messages) trace.read(one);
  trace.end();
  return text;
}

test('prints a step once, when it begins, and one that is cached as such', () => {
  expect(printed(
    message(vertex('a', '[1/2] FROM x'), vertex('b', '[2/2] RUN y')),
    message(vertex('a', '[1/2] FROM x', CACHED, STARTED, COMPLETED)),
    message(vertex('b', '[2/2] RUN y', STARTED)),
    message(vertex('b', '[2/2] RUN y', STARTED, COMPLETED)),
    message(vertex('c', 'exporting to image', STARTED)),
  )).toBe('CACHED [1/2] FROM x\n[2/2] RUN y\nexporting to image\n');
});

test('keeps how context and base are looked up to itself', () => {
  expect(printed(message(vertex('a', '[internal] load remote build context', STARTED)), message(vertex('b', 'copy /context /', STARTED)))).toBe('');
});

test('prints whole lines of each step and stream, whatever comes between their halves', () => {
  const smile = Buffer.from('☺');
  expect(printed(
    message(log('a', 1, 'one, ')), message(log('b', 1, 'beside\n')), message(log('a', 2, 'err')), message(log('a', 1, 'two\nthr')),
    message(log('a', 1, smile.subarray(0, 2))), message(log('a', 1, message(smile.subarray(2), Buffer.from('ee\n')))),
  )).toBe('beside\none, two\nthr☺ee\nerr\n');
});

test('prints the last half line of a step when the step is done', () => {
  let text = '';
  const trace = new BuildkitTrace((more) => { text += more; });
  trace.read(message(log('a', 1, 'no end')));
  expect(text).toBe('');
  trace.read(message(vertex('a', '[1/1] RUN x', STARTED, COMPLETED)));
  expect(text).toBe('[1/1] RUN x\nno end\n');
});

test('skips what a newer engine adds, and long names are whole', () => {
  const name = `[1/1] RUN ${'x'.repeat(3000)}`;
  expect(printed(message(field(4, 'a warning'), field(9, 7), Buffer.from([(10 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([(11 << 3) | 5, 0, 0, 0, 0]), vertex('a', name, STARTED)))).toBe(`${name}\n`);
});

test.each([['cut off', Buffer.from([10, 5, 1])], ['without an end of a number', Buffer.from([0x80])], ['of an unknown kind', Buffer.from([(1 << 3) | 3])]])('refuses a message that is %s', (_, bytes) => {
  expect(() => printed(bytes)).toThrow(Error);
});
