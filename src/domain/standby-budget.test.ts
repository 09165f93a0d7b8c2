import { expect, test } from 'vitest';
import { standbyBudget } from './standby-budget.ts';

const GIB = 1024 ** 3;

test('standbys may use a quarter of the memory, at most 2 GiB, or what was configured', () => {
  expect(standbyBudget(4 * GIB)).toBe(GIB);
  expect(standbyBudget(64 * GIB)).toBe(2 * GIB);
  expect(standbyBudget(4 * GIB, '3g')).toBe(3 * GIB);
  expect(standbyBudget(4 * GIB, '0')).toBe(0);
  expect(() => standbyBudget(4 * GIB, 'much')).toThrow('"much" is not an amount of memory');
});
