import { describe, expect, it } from 'vitest';
import { AnswerReader } from './http-answer.ts';

function read(text: string, size: number): { readonly status: number; readonly body: string } | undefined {
  const reader = new AnswerReader();
  const bytes = Buffer.from(text, 'latin1');
  for (let offset = 0; offset < bytes.length; offset += size) {
    const answer = reader.push(bytes.subarray(offset, offset + size));
    if (answer !== undefined) return { status: answer.status, body: answer.body.toString() };
  }
  const answer = reader.end();
  return answer === undefined ? undefined : { status: answer.status, body: answer.body.toString() };
}

describe('AnswerReader', () => {
  it.each([
    ['a length', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', { status: 200, body: 'hello' }],
    ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '' }],
    ['an empty body', 'HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n', { status: 409, body: '' }],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n', { status: 200, body: 'hello world' }],
    ['a chunk with line ends', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n', { status: 200, body: '\r\n\r\n' }],
    ['the end of the connection', 'HTTP/1.0 200 OK\r\n\r\nall of it', { status: 200, body: 'all of it' }],
    ['an interim answer before it', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}', { status: 201, body: '{}' }],
    ['a length that ends too early', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello', undefined],
    ['chunks that end too early', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', undefined],
    ['a head that ends too early', 'HTTP/1.1 200 OK\r\nContent-', undefined],
  ])('reads an answer with %s, however it is cut', (_, text, expected) => {
    for (const size of [1, 2, 3, 5, 17, 1000]) expect(read(text, size)).toEqual(expected);
  });

  it('gives what follows an upgrade in the same packet', () => {
    expect(read('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\nraw bytes', 1000)).toEqual({ status: 101, body: 'raw bytes' });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'], ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n'],
    ['a chunk of 4 GiB', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n'], ['a head without end', 'x'.repeat(70_000)],
  ])('refuses %s', (_, text) => {
    expect(() => read(text, 1000)).toThrow(expect.objectContaining({ name: 'MalformedAnswer' }));
  });
});
