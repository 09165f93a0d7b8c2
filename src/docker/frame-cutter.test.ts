import { expect, test } from 'vitest';
import { FrameCutter } from './frame-cutter.ts';

const frame = (kind: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test('stdout comes out of the frames however they are cut, and stderr does not', () => {
  const stream = Buffer.concat([frame(1, 'one'), frame(2, 'stderr'), frame(1, ''), frame(1, 'two'.repeat(1000)), frame(3, 'complaint'), frame(0, 'three')]);
  for (const piece of [1, 2, 7, 8, 9, 100, stream.length]) {
    const cutter = new FrameCutter();
    let text = '';
    for (let start = 0; start < stream.length; start += piece) text += Buffer.concat(cutter.cut(stream.subarray(start, start + piece))).toString();
    expect(text).toBe(`one${'two'.repeat(1000)}three`);
  }
});

test('a stream of a terminal is no stream of frames', () => {
  expect(() => new FrameCutter().cut(Buffer.from('hello, world'))).toThrow(expect.objectContaining({ code: 'ENGINE_FAILED' }));
});
