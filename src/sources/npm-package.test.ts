import { describe, expect, test } from 'vitest';
import { describePackage } from './npm-package.ts';
import { parsePackument } from './schema.ts';

function packument(versions: Record<string, object>, tags: Record<string, string> = {}): ReturnType<typeof parsePackument> {
  return parsePackument({
    name: 'pkg', 'dist-tags': tags, time: { '1.0.0': '2026-01-02T03:04:05+00:00' },
    versions: Object.fromEntries(Object.entries(versions).map(([version, rest]) => [version, { name: 'pkg', version, ...rest }])),
  }, 'pkg');
}

describe('which version', () => {
  const versions = { '1.0.0': {}, '1.2.0': {}, '1.3.0': { deprecated: 'broken' }, '2.0.0-rc.1': {}, '2.0.0': {}, 'not-a-version': {} };
  test.each([
    [undefined, { latest: '1.2.0' }, '1.2.0'],
    ['latest', { latest: '1.2.0' }, '1.2.0'],
    [undefined, {}, '2.0.0'],
    ['next', { latest: '1.2.0', next: '2.0.0-rc.1' }, '2.0.0-rc.1'],
    ['^1', { latest: '2.0.0' }, '1.2.0'],
    ['>=1', { latest: '1.0.0' }, '1.0.0'],
    ['1.3.0', { latest: '2.0.0' }, '1.3.0'],
    ['1.0.0', {}, '1.0.0'],
    ['2.0.0-rc.1', {}, '2.0.0-rc.1'],
  ])('%s with tags %j is %s', (range, tags, version) => {
    expect(describePackage(packument(versions, tags as Record<string, string>), 'pkg', range).version).toBe(version);
  });

  test.each(['3', '9.9.9', 'beta', '1.0.0-none'])('%s is VERSION_NOT_FOUND, with what there is', (range) => {
    expect(() => describePackage(packument(versions, { latest: '2.0.0' }), 'pkg', range)).toThrow(expect.objectContaining({ code: 'VERSION_NOT_FOUND', exitCode: 3, message: expect.stringContaining(range) }));
  });

  test('a package without versions', () => {
    expect(() => describePackage(packument({}), 'pkg', undefined)).toThrow(expect.objectContaining({ code: 'VERSION_NOT_FOUND' }));
  });
});

test('what the registry says of a version', () => {
  const described = describePackage(packument({ '1.0.0': { description: 'A \u001B[31mserver\u202E', deprecated: 'use other', scripts: { postinstall: 'x' } } }, { latest: '1.0.0' }), 'pkg', undefined);
  expect(described).toEqual({
    type: 'npm', package: 'pkg', version: '1.0.0', description: 'A server<U+202E>', publishedAt: '2026-01-02T03:04:05.000Z', deprecated: 'use other', executables: [], hasInstallScripts: true,
  });
});

test('executables are names without folders and files inside the package', () => {
  const executables = (bin: unknown): unknown => describePackage(packument({ '1.0.0': { bin } }), 'pkg', undefined).executables;
  expect(executables('./cli.js')).toEqual([{ name: 'pkg', target: 'cli.js' }]);
  expect(executables({ a: '/dist/a.js', '../../b': '../../b.js', 'c:d': 'c\\d.js', '--flag': 'x.js', 'sp ace': 'x.js', e: '-x', f: '' })).toEqual([
    { name: 'a', target: 'dist/a.js' }, { name: 'b', target: 'b.js' }, { name: 'd', target: 'c/d.js' },
  ]);
  expect(executables(5)).toEqual([]);
});

test('an answer for another package is refused', () => {
  const other = parsePackument({ 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { name: 'evil', version: '1.0.0' } } }, 'pkg');
  expect(() => describePackage(other, 'pkg', undefined)).toThrow(expect.objectContaining({ code: 'SOURCE_UNREACHABLE' }));
});
