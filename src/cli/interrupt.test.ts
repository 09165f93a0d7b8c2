import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupts } from './interrupt.ts';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): never {
    this.exits.push(code);
    return undefined as never;
  }
}

test('the first signal aborts, the second one ends the process at once', () => {
  const fake = new FakeProcess();
  using interrupts = new Interrupts(fake);
  expect(interrupts.received).toBeUndefined();
  fake.emit('SIGINT');
  expect(interrupts.signal.aborted).toBe(true);
  expect(interrupts.received).toEqual({ signal: 'SIGINT', exitCode: 130 });
  expect(fake.exits).toEqual([]);
  fake.emit('SIGINT');
  expect(fake.exits).toEqual([130]);
});

test('SIGTERM is 143, and nothing listens any more afterwards', () => {
  const fake = new FakeProcess();
  {
    using interrupts = new Interrupts(fake);
    fake.emit('SIGTERM');
    expect(interrupts.received?.exitCode).toBe(143);
  }
  expect(fake.listenerCount('SIGINT') + fake.listenerCount('SIGTERM')).toBe(0);
});
