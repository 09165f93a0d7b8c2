import { expect, test } from 'vitest';
import { recipe } from '../../test/support/session-fixtures.ts';
import { isStillSo } from './same-settings.ts';

const BEGUN = { ...recipe({}), secretsFile: '/s', inputs: { '/m': '1', '/s': 'a' } };

test.each([
  ['nothing', BEGUN, true],
  ['another server of the manifest', { ...BEGUN, inputs: { '/m': '2', '/s': 'a' } }, true],
  ['the cc-mcp that wrote it', { ...BEGUN, ccMcpVersion: '9' }, true],
  ['a value of a secret', { ...BEGUN, inputs: { '/m': '1', '/s': 'b' } }, false],
  ['its first value', { ...BEGUN, inputs: { '/m': '1', '/s': null } }, false],
  ['a variable', { ...BEGUN, environment: { LEVEL: { kind: 'literal', value: '2' } } }, false],
  ['a limit', { ...BEGUN, nanoCpus: 1 }, false],
  ['its being enabled', { ...BEGUN, standby: 'off' }, false],
  ['its being there', undefined, false],
] as const)('where %s changed, a standby like the session\'s container is wanted: %#', (_, current, wanted) => {
  expect(isStillSo(current, BEGUN)).toBe(wanted);
});
