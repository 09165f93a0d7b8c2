import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { StderrRing } from './stderr-ring.ts';

it('[M5] keeps the last 64 KiB of a flood, and counts all of it', async () => {
  const stream = new PassThrough();
  const ring = new StderrRing(stream);
  for (let count = 0; count < 100; count += 1) stream.write('x'.repeat(100_000));
  stream.write('the last words');
  await new Promise(setImmediate);
  expect(ring.bytes).toBe(10_000_014);
  expect(ring.text.length).toBeLessThanOrEqual(64 * 1024);
  expect(ring.text.endsWith('the last words')).toBe(true);
});

it('puts a character together that was split over chunks', async () => {
  const stream = new PassThrough();
  const ring = new StderrRing(stream);
  for (const byte of Buffer.from('é…')) stream.write(Buffer.from([byte]));
  await new Promise(setImmediate);
  expect(ring.text).toBe('é…');
});
