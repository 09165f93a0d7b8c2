import { expect, test } from 'vitest';
import { pypiRangeCovers } from './pypi-version.ts';

test.each([
  ['1.2.3', '1.2.3', true], ['1.2', '1.2.0', true], ['1.2.3', '1.2.4', false], ['latest', '9', true],
  ['^0.3', '0.3.7', true], ['^0.3', '0.4.0', false], ['^1.2', '1.9', true], ['~1.2', '1.3', false],
  ['>=1,<2', '1.9.9', true], ['>=1,<2', '2.0', false], ['>=1,<2', '2.0rc1', false], ['>=1', '1rc1', false],
  ['==1.*', '1.5', true], ['==1.*', '10.5', false], ['!=1.5.*', '1.5.2', false], ['~=2.2', '2.9', true], ['~=2.2', '3.0', false], ['~=2.2.1', '2.3', false],
  ['>1', '1.post1', false], ['>=1', '1.post1', true], ['<1', '1.dev1', false], ['==1.0a1', '1.0alpha1', true], ['>1.0a1', '1.0b1', false], ['>=1.0a1', '1.0b1', true],
  ['>=1!0', '5', false], ['2026.8.31', '2026.8.31', true], ['not a range!', '1', false], ['1', 'x', false],
] as const)('%s covers %s: %s', (range, version, covered) => {
  expect(pypiRangeCovers(range, version)).toBe(covered);
});
