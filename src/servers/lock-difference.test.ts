import { expect, test } from 'vitest';
import type { LockEntry } from '../domain/lock.ts';
import { NO_PERMISSIONS } from '../domain/manifest.ts';
import type { LockedServer } from './install/locked-server.ts';
import { lockDifference } from './lock-difference.ts';

const SERVER: LockedServer['server'] = {
  mode: 'docker', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false,
  source: { type: 'npm', package: 'p', version: '^1.0', overrides: ['b@2', 'a@1'] },
};
const ENTRY: Pick<LockEntry, 'source' | 'scripts' | 'systemPackages'> = { source: { type: 'npm', package: 'p', version: '1.2.0', overrides: ['a@1', 'b@2'], bin: 'p' }, scripts: false, systemPackages: [] };

function difference(source: Partial<typeof SERVER.source>, permissions = NO_PERMISSIONS): string | undefined {
  return lockDifference({ ...SERVER, source: { ...SERVER.source, ...source }, permissions }, ENTRY as LockEntry);
}

test('a lock fits what a manifest asks for, or says how it does not', () => {
  expect(difference({})).toBeUndefined();
  expect(difference({ version: '^2.0' })).toBe('mcp.json asks for ^2.0, the lock has 1.2.0');
  expect(difference({ package: 'q' })).toBe('mcp.json asks for npm:q, the lock has npm:p');
  expect(difference({ type: 'pypi' })).toBe('mcp.json asks for pypi:p, the lock has npm:p');
  expect(difference({ overrides: [] })).toBe('mcp.json has the overrides none, the lock a@1, b@2');
  expect(difference({ systemPackages: ['git'] })).toBe('mcp.json has the system packages git, the lock none');
  expect(difference({ bin: 'x' })).toBe('mcp.json starts x, the lock p');
  expect(difference({}, { ...NO_PERMISSIONS, scripts: true })).toBe('mcp.json allows lifecycle scripts, the lock was made without');
});
