import { expect, test } from 'vitest';
import { versionCovers } from './version-covers.ts';

const COMMIT = 'a'.repeat(40);

test.each([
  ['npm', '^1.0', '1.2.0', true], ['npm', '^1.0', '2.0.0', false], ['npm', 'latest', '2.0.0', true], ['pypi', '>=1', '1.2', true], ['pypi', '<1', '1.2', false],
  ['git', 'main', COMMIT, true], ['git', COMMIT, COMMIT, true], ['git', 'b'.repeat(40), COMMIT, false], ['go', 'v1', 'v1.2.3', true], ['go', 'v2', 'v1.2.3', false], ['local', '', '0123456789ab', true],
] as const)('of %s, %s covers %s: %s', (type, asked, locked, covered) => expect(versionCovers(type, asked, locked)).toBe(covered));
