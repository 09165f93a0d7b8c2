import { expect, test } from 'vitest';
import { EventStream } from './event-stream.ts';

function events(pieces: readonly (string | Uint8Array)[]): { readonly found: readonly (readonly [string, string])[]; readonly stream: EventStream } {
  const found: [string, string][] = [];
  const stream = new EventStream(({ event, data }) => found.push([event, data]));
  for (const piece of pieces) stream.push(Buffer.from(piece));
  return { found, stream };
}

test('events are the same however their bytes are split, with every kind of line break', () => {
  const text = ': comment\n\nevent: endpoint\ndata: /messages?é=1\n\nid: 7\r\nretry: 50\r\ndata: {"a":1,\r\ndata: "b":2}\r\n\r\ndata:no space\r\rdata\n\ndata: cut off';
  const expected = [['endpoint', '/messages?é=1'], ['message', '{"a":1,\n"b":2}'], ['message', 'no space']];
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    const { found, stream } = events(pieces);
    expect([size, found, stream.lastId, stream.retry]).toEqual([size, expected, '7', 50]);
  }
});
