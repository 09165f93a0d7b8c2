import { expect, test } from 'vitest';
import { goCommandName, goModulesOf, goRangeCovers, isGoPath, isGoRange, isGoVersion } from './go-grammar.ts';

test.each(['github.com/grafana/mcp-grafana/cmd/mcp-grafana', 'gopkg.in/yaml.v3', 'example.com', 'go.uber.org/x/v2', 'github.com/Azure/azure-sdk_for~go'])('%s is a path of Go', (path) => {
  expect(isGoPath(path)).toBe(true);
});

test.each(['', 'fmt', 'cmd/go', '/etc', './x', '-x.com/a', 'example.com/../x', 'example.com//x', 'example.com/-u', 'example.com/a b', 'example.com/.git', 'example.com/x.', 'EXAMPLE.com/x', 'example.com/x@v1', 'example.com/$(id)', `example.com/${'a'.repeat(300)}`])(
  '%s is not a path of Go', (path) => {
    expect(isGoPath(path)).toBe(false);
  });

test('a version is canonical, a range is one, the beginning of one, or latest', () => {
  for (const version of ['v0.0.0-20240101000000-abcdefabcdef', 'v1.2.3', 'v2.0.0+incompatible', 'v1.0.0-rc.1']) expect(isGoVersion(version)).toBe(true);
  for (const version of ['1.2.3', 'v1.2', 'v1.02.3', 'v1.2.3+build', 'latest', 'main', 'v1.2.3;x']) expect(isGoVersion(version)).toBe(false);
  for (const range of ['latest', 'v1', 'v1.2', 'v1.2.3']) expect(isGoRange(range)).toBe(true);
  for (const range of ['', '^v1.2.3', '>=v1', 'main', 'v1.x', 'HEAD', '-v1']) expect(isGoRange(range)).toBe(false);
});

test('a range covers the versions that begin with it', () => {
  expect(goRangeCovers('v1.2', 'v1.2.9')).toBe(true);
  expect(goRangeCovers('v1.2', 'v1.20.0')).toBe(false);
  expect(goRangeCovers('latest', 'v9.0.0')).toBe(true);
  expect(goRangeCovers('v1.2.3', 'v1.2.3')).toBe(true);
  expect(goRangeCovers('v1.2.3', 'v1.2.4')).toBe(false);
});

test('a program is called like its package, without the major version of its module', () => {
  expect(goCommandName('example.com/a/cmd/server')).toBe('server');
  expect(goCommandName('example.com/a/server/v2')).toBe('server');
});

test('a package is in the module of its path, or in one above it', () => {
  expect(goModulesOf('example.com/a/cmd')).toEqual(['example.com/a/cmd', 'example.com/a', 'example.com']);
});
