import { expect, test } from 'vitest';
import { isPypiVersion, normalizedPypiName, parsePypiOverride, pypiSpecifiers } from './pypi-grammar.ts';

test.each([
  ['1.2.3', '==1.2.3'], ['latest', ''], ['*', ''], ['^0.3', '>=0.3,<0.4'], ['^1.2.3', '>=1.2.3,<2'], ['^0.0.3', '>=0.0.3,<0.0.4'], ['^0', '>=0,<1'], ['~1.2.3', '>=1.2.3,<1.3'], ['~1', '>=1,<2'],
  ['>=1, <2', '>=1,<2'], ['== 1.*', '==1.*'], ['~=1.4', '~=1.4'], ['!=1.5', '!=1.5'],
])('the range %s reads as "%s"', (range, specifiers) => {
  expect(pypiSpecifiers(range)).toBe(specifiers);
});

test.each(['', '===1', '>=1.*', '=1', '1 2', '>', '--pre', '>=1;python_version>"3"', '@ https://host/x', '^1.0rc1'])('%s is not a range', (range) => {
  expect(pypiSpecifiers(range)).toBeUndefined();
});

test.each([['1.0', true], ['1!2.0', true], ['v1', true], ['2025.4.7rc1', true], ['1.0-1', true], ['', false], ['1..0', false], ['a1', false], ['1.0/../x', false]])('version %s: %s', (version, valid) => {
  expect(isPypiVersion(version)).toBe(valid);
});

test.each([['mcp<2', 'mcp<2'], ['pglast==7.22', 'pglast==7.22'], ['uvicorn[standard] >=0.3, <1', 'uvicorn[standard]>=0.3,<1']])('override %s', (text, requirement) => {
  expect(parsePypiOverride(text)?.requirement).toBe(requirement);
});

test.each(['mcp', 'mcp @ https://h/x.whl', 'mcp==1; sys_platform=="linux"', '-e .', '--index-url=http://h', 'mcp==1 --hash=sha256:00', 'a\nb==1', 'mcp[==1', 'mcp<2\n--pre', 'mcp@1'])('%j is no override', (text) => {
  expect(parsePypiOverride(text)).toBeUndefined();
});

test('names compare as PyPI compares them', () => {
  expect(normalizedPypiName('Foo__Bar.baz')).toBe('foo-bar-baz');
});
