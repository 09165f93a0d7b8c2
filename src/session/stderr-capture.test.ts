import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { SessionLog } from '../domain/session-ports.ts';
import { StderrCapture } from './stderr-capture.ts';

const CLOCK = { now: () => Date.now(), monotonic: () => performance.now(), sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)) };

function capture(secrets: readonly string[] = []): { readonly stderr: StderrCapture; readonly logged: () => string } {
  let text = '';
  const log: SessionLog = { write: (piece) => ((text += piece), true), drained: async () => undefined, close: async () => undefined };
  return { stderr: new StderrCapture(log, CLOCK, secrets), logged: () => text };
}

test('secrets are taken out also where they are cut by chunks, and characters too', async () => {
  const { stderr, logged } = capture(['geheim-ß-value']);
  const source = new PassThrough();
  const taken = stderr.take(source);
  const bytes = Buffer.from('before geheim-ß-value after geheim-ß-vaXX\n');
  for (const byte of bytes) source.write(Buffer.from([byte]));
  source.end();
  await taken;
  await stderr.close();
  expect(logged()).toBe('before [redacted] after geheim-ß-vaXX\n');
  expect(stderr.lastLines(3)).toEqual(['before [redacted] after geheim-ß-vaXX']);
});

test('an exhausted heap is noticed, and the last lines are those that say something', async () => {
  const { stderr } = capture();
  const source = new PassThrough();
  const taken = stderr.take(source);
  source.end('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n\n\u001B[31m one\n\n two\n');
  await taken;
  expect(stderr.heapExhausted).toBe(true);
  expect(stderr.lastLines(2)).toEqual(['one', 'two']);
});

test('a flood is slowed down', async () => {
  const { stderr } = capture();
  const source = new PassThrough();
  const startedAt = performance.now();
  const taken = stderr.take(source);
  const piece = Buffer.alloc(64 * 1024, 'log\n');
  for (let bytes = 0; bytes < 10 * 1024 ** 2; bytes += piece.length) {
    if (!source.write(piece)) await new Promise((resolve) => void source.once('drain', resolve));
  }
  source.end();
  await taken;
  // 10 MiB are 2 MiB more than the burst that is let through.
  expect(performance.now() - startedAt).toBeGreaterThan(300);
});
