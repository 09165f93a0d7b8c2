import { describe, expect, it } from 'vitest';
import { isFault, readJson, valueOf } from './json-document.ts';

const read = (text: string | Uint8Array): ReturnType<typeof readJson> => readJson(typeof text === 'string' ? Buffer.from(text) : text);

describe('reading JSON', () => {
  it.each([
    ['nothing', '', { line: 1, column: 1, message: 'it is empty' }],
    ['only a byte order mark', '\uFEFF', { line: 1, column: 1, message: 'it is empty' }],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', { line: 3, column: 3, message: 'comma expected' }],
    ['a file that was cut, with CRLF', '{\r\n  "a": {\r\n', { line: 3, column: 1, message: 'close brace expected' }],
    ['a merge conflict', '{\n<<<<<<< HEAD\n}', { line: 2, column: 1, message: 'invalid symbol' }],
    ['a second value', '{} {}', { line: 1, column: 4, message: 'end of file expected' }],
    ['NULs', '\0\0\0', { line: 1, column: 1, message: 'invalid symbol' }],
  ])('says where it breaks: %s', (_, text, fault) => expect(read(text)).toEqual(fault));

  it('refuses bytes that are not UTF-8, which could not be written back', () => {
    expect(read(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ message: 'it is not UTF-8 text' });
    expect(read(Buffer.from('\uFEFF{}', 'utf16le'))).toMatchObject({ message: 'it is not UTF-8 text' });
  });

  it('refuses a depth that would overrun the stack', () => {
    expect(read('['.repeat(100_000))).toMatchObject({ message: expect.stringContaining('500 levels') as string });
  });

  it('takes comments, trailing commas and a byte order mark', () => {
    const document = read('\uFEFF{ // why\n "a": [1, /* x */ 2,],\n}');
    expect(isFault(document) ? document : valueOf(document.root)).toEqual({ a: [1, 2] });
  });

  it('makes an ordinary property of __proto__', () => {
    const document = read('{"__proto__": {"polluted": true}, "constructor": 1}');
    const value = isFault(document) ? undefined : valueOf(document.root);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
