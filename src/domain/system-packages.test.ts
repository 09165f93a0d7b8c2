import { expect, test } from 'vitest';
import { isSystemPackage, systemPackageList } from './system-packages.ts';

test.each(['git', 'g++', 'libpq5', 'python3.13', 'libglib2.0-0t64', 'postgresql-client', 'py3-pip', 'gtk+3.0'])('%s is a package of a distribution', (name) => {
  expect(isSystemPackage(name)).toBe(true);
});

test.each(['git-', '-y', 'git=1:2', 'git/stable', 'git:arm64', './x.deb', 'a b', 'a;b', '$(id)', 'Git', '', 'x', 'git\n', '*', 'lib.', '!git', 'git>1', 'https://x'])('%j is none', (name) => {
  expect(isSystemPackage(name)).toBe(false);
});

test('a list counts as a set, and what is no name is refused by its name', () => {
  expect(systemPackageList(['git', 'curl', 'git'])).toEqual(['curl', 'git']);
  expect(() => systemPackageList(['git', '--yes'])).toThrow(expect.objectContaining({ code: 'INVALID_VALUE', message: '"--yes" is not the name of a package of a distribution' }));
});
