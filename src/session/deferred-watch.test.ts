import { expect, test } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import { DeferredWatch } from './deferred-watch.ts';
import type { LineListener } from './line-feeder.ts';

let time = 0;
let wake: () => void = () => undefined;
const clock: Clock = { now: () => time, monotonic: () => time, sleep: () => new Promise((resolve) => (wake = resolve)) };
const listener = (name: string, seen: string[]): LineListener => ({
  wantsLine: () => false,
  message: (message, at) => void seen.push(`${name} ${message.id} at ${at}`),
  stray: () => undefined,
});
const line = (id: number): Buffer => Buffer.from(`{"id":${id},"result":1}\n`);

test('until the first answer everything is looked at at once, then later, in the order and with the time of its passing', async () => {
  const seen: string[] = [];
  const watch = new DeferredWatch(clock);
  const [client, server] = [watch.watch(listener('client', seen)), watch.watch(listener('server', seen))];
  time = 1;
  expect(client.seen([line(1)])).toBe(true);
  expect(seen).toEqual(['client 1 at 1']);
  watch.relax();
  time = 2;
  expect(client.seen([line(2)])).toBe(false);
  time = 3;
  expect(server.seen([line(3)])).toBe(false);
  time = 9;
  expect(seen).toHaveLength(1);
  wake();
  await Promise.resolve().then(() => undefined);
  expect(seen).toEqual(['client 1 at 1', 'client 2 at 2', 'server 3 at 3']);
});

test('something large is looked at at once, with all that came before it, so that its bytes need not be kept', () => {
  const seen: string[] = [];
  const watch = new DeferredWatch(clock);
  const server = watch.watch(listener('server', seen));
  watch.relax();
  time = 5;
  server.seen([line(1)]);
  expect(server.seen([Buffer.concat([line(2), Buffer.alloc(20_000, 'x')])])).toBe(true);
  expect(seen).toEqual(['server 1 at 5', 'server 2 at 5']);
  expect(server.isMidLine()).toBe(true);
});
