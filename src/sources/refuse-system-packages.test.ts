import { expect, test } from 'vitest';
import { refuseSystemPackages } from './refuse-system-packages.ts';

test('a package of a distribution that is not there is refused by its name, and none is fine', () => {
  expect(() => refuseSystemPackages(['git'], 'it holds no distribution')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: 'git cannot be installed: it holds no distribution' }));
  for (const none of [undefined, []]) expect(() => refuseSystemPackages(none, 'x')).not.toThrow();
});
