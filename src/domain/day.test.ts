import { expect, test } from 'vitest';
import { dayBetween, dayOf, endOf, isDay, parseDay } from './day.ts';
import type { Day } from './day.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test('a day is written in one way, and has begun', () => {
  expect(parseDay('2025-05-16', NOW)).toBe('2025-05-16');
  expect(parseDay('2026-11-21', NOW)).toBe('2026-11-21');
  for (const text of ['2026-11-22', '2025-02-30', '2025-5-16', '16.05.2025', 'yesterday', '2025-05-16T00:00:00Z', '', '--before']) {
    expect(() => parseDay(text, NOW)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  }
  expect(isDay('2024-02-29')).toBe(true);
});

test('as of a day has all that was published until its end', () => {
  expect(endOf('2025-12-31' as Day)).toBe('2026-01-01T00:00:00.000Z');
  expect(dayOf('2025-05-16T14:46:36.000Z')).toBe('2025-05-16');
  expect(dayOf('never')).toBeUndefined();
});

test('between two days lies one in the middle, and nothing between neighbours', () => {
  expect(dayBetween('2025-01-01' as Day, '2025-01-31' as Day)).toBe('2025-01-16');
  expect(dayBetween('2025-01-01' as Day, '2025-01-03' as Day)).toBe('2025-01-02');
  expect(dayBetween('2025-01-01' as Day, '2025-01-02' as Day)).toBeUndefined();
});
