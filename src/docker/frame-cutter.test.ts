import { expect, test } from 'vitest';
import { FrameCutter } from './frame-cutter.ts';

const frame = (kind: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test('stdout and stderr come out of the frames however these are cut', () => {
  const stream = Buffer.concat([frame(1, 'one'), frame(2, 'stderr'), frame(1, ''), frame(1, 'two'.repeat(1000)), frame(3, 'complaint'), frame(0, 'three')]);
  for (const piece of [1, 2, 7, 8, 9, 100, stream.length]) {
    const text = { stdout: '', stderr: '' };
    const cutter = new FrameCutter((bytes, isStdout) => void (text[isStdout ? 'stdout' : 'stderr'] += bytes.toString()));
    for (let start = 0; start < stream.length; start += piece) cutter.push(stream.subarray(start, start + piece));
    expect(text).toEqual({ stdout: `one${'two'.repeat(1000)}three`, stderr: 'stderrcomplaint' });
  }
});

test('a stream of a terminal is no stream of frames', () => {
  expect(() => new FrameCutter(() => undefined).push(Buffer.from('hello, world'))).toThrow(expect.objectContaining({ code: 'ENGINE_FAILED' }));
});
