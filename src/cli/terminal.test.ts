import { expect, test } from 'vitest';
import { canRedraw, screenOf } from './terminal.ts';

const write = (): void => undefined;

test.each([
  [{ isTTY: true, columns: 100 }, {}, { columns: 100, color: true }],
  [{ isTTY: true, columns: 100 }, { NO_COLOR: '1' }, { columns: 100, color: false }],
  [{ isTTY: true, columns: 100 }, { NO_COLOR: '' }, { columns: 100, color: true }],
  [{ isTTY: true, columns: 100 }, { TERM: 'dumb' }, { columns: 100, color: false }],
  [{ isTTY: true, columns: 5 }, {}, { columns: 20, color: true }],
  [{ isTTY: true, columns: 0 }, {}, { columns: 80, color: true }],
  [{}, {}, { columns: 80, color: false }],
  [{}, { FORCE_COLOR: '1' }, { columns: 80, color: true }],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, { columns: 80, color: false }],
  [{ isTTY: true, columns: 80 }, { FORCE_COLOR: '0' }, { columns: 80, color: false }],
])('%j with %j is %j', (stream, environment, screen) => {
  expect(screenOf({ ...stream, write }, environment)).toEqual(screen);
});

test('lines are redrawn only where a person looks', () => {
  expect(canRedraw({ isTTY: true, write }, {})).toBe(true);
  expect(canRedraw({ isTTY: true, write }, { CI: '1' })).toBe(false);
  expect(canRedraw({ isTTY: true, write }, { TERM: 'dumb' })).toBe(false);
  expect(canRedraw({ write }, {})).toBe(false);
});
