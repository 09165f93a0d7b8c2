import { expect, test } from 'vitest';
import { refuseReferenceFlags } from './reference-flags.ts';

test('without a reference only what fits to all servers is taken', () => {
  expect(() => refuseReferenceFlags({ yes: true, test: true, frozen: true, 'dry-run': false, 'allow-net': false, env: undefined, manifest: 'x', 'allow-scripts': true }, [])).not.toThrow();
  expect(() => refuseReferenceFlags({ env: ['A=secret'] }, [])).toThrow(/^--env goes with a REFERENCE/);
  expect(() => refuseReferenceFlags({ 'allow-net': true }, [])).toThrow('--allow-net goes with a REFERENCE');
  expect(() => refuseReferenceFlags({}, ['x'])).toThrow('-- goes with a REFERENCE');
});
