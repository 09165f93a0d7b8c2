import { describe, expect, test } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import { parseNpmLock, writeNpmLock } from './npm-lock.ts';
import type { NpmLockEntry } from './npm-lock.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;
const GOOD: Record<string, NpmLockEntry> = {
  '': { dependencies: { '@s/top': '1.0.0' } },
  'node_modules/@s/top': { version: '1.0.0', integrity: HASH, dependencies: { mid: '2.0.0', 'wide-cjs': 'npm:wide@4.0.0' }, optionalDependencies: { plat: '1.0.0' }, bin: { top: 'dist/top.js' } },
  'node_modules/mid': { version: '2.0.0', integrity: HASH, hasInstallScript: true, dependencies: { wide: '5.0.0' } },
  'node_modules/plat': { version: '1.0.0', integrity: HASH, optional: true, os: ['!win32'], cpu: ['x64'] },
  'node_modules/wide': { version: '5.0.0', integrity: HASH, dependencies: { inner: '1.0.0' }, bundleDependencies: ['inner'] },
  'node_modules/wide-cjs': { name: 'wide', version: '4.0.0', integrity: HASH },
  'node_modules/wide/node_modules/inner': { version: '1.0.0', inBundle: true },
};

const spell = (packages: Record<string, unknown>, rest: object = {}): string => writeNpmLock({ lockfileVersion: 3, packages: packages as Record<string, NpmLockEntry>, ...rest });

function refusal(content: string): CcMcpError {
  try {
    parseNpmLock(content, '@s/top', '1.0.0');
  } catch (error) {
    if (error instanceof CcMcpError) return error;
    throw error;
  }
  throw new Error('accepted');
}

function changed(path: string, change: object): Record<string, unknown> {
  return { ...GOOD, [path]: { ...GOOD[path], ...change } };
}

test('a lock of ours is read', () => {
  expect(Object.keys(parseNpmLock(spell(GOOD), '@s/top', '1.0.0').packages)).toHaveLength(7);
});

test('the spelling does not depend on the order in which entries came', () => {
  expect(spell(Object.fromEntries(Object.entries(GOOD).reverse()))).toBe(spell(GOOD));
});

describe('hostile locks are LOCK_INVALID and the line is named', () => {
  const raw = (packages: Record<string, unknown>): string => `${JSON.stringify({ lockfileVersion: 3, packages }, null, 1)}\n`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['an address', raw(changed('node_modules/mid', { resolved: 'https://evil.example/mid.tgz' })), 'resolved'],
    ['a link', raw(changed('node_modules/mid', { link: true })), 'link'],
    ['an option', raw({ ...GOOD, '': { ...GOOD[''], overrides: { a: '1' } } }), 'overrides'],
    ['scripts', raw(changed('node_modules/mid', { scripts: { postinstall: 'id' } })), 'scripts'],
    ['another lock version', spell(GOOD).replace('"lockfileVersion": 3', '"lockfileVersion": 2'), 'lockfileVersion'],
    ['an unknown key at the top', `${JSON.stringify({ lockfileVersion: 3, packages: GOOD, dependencies: {} })}\n`, 'dependencies'],
    ['no hash', raw({ ...GOOD, 'node_modules/mid': { version: '2.0.0', dependencies: { wide: '5.0.0' } } }), 'no hash'],
    ['a weak hash', raw(changed('node_modules/mid', { integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })), 'integrity'],
    ['two hashes', raw(changed('node_modules/mid', { integrity: `${HASH} ${HASH}` })), 'integrity'],
    ['a git dependency', raw(changed('node_modules/@s/top', { dependencies: { mid: 'git+ssh://git@evil/mid.git' } })), 'mid'],
    ['a dependency from an address', raw(changed('node_modules/@s/top', { dependencies: { mid: 'https://evil/mid.tgz' } })), 'mid'],
    ['a file dependency', raw(changed('node_modules/@s/top', { dependencies: { mid: 'file:../mid' } })), 'mid'],
    ['a range', raw(changed('node_modules/@s/top', { dependencies: { mid: '^2.0.0' } })), 'mid'],
    ['an alias over a known name', raw({ ...changed('node_modules/mid', { name: 'evil' }), 'node_modules/@s/top': { ...GOOD['node_modules/@s/top'], dependencies: { mid: 'npm:evil@2.0.0', 'wide-cjs': 'npm:wide@4.0.0' } } }), 'evil'],
    ['an alias of the package itself', raw({ ...changed('node_modules/@s/top', { name: '@s/to' }), '': { dependencies: { '@s/top': '1.0.0' } } }), 'name'],
    ['another root', raw({ ...GOOD, '': { dependencies: { evil: '1.0.0' } } }), 'must want'],
    ['a second root', raw({ ...GOOD, '': { dependencies: { '@s/top': '1.0.0', mid: '2.0.0' } } }), 'must want'],
    ['another version', raw({ ...GOOD, '': { dependencies: { '@s/top': '1.0.1' } } }), 'must want'],
    ['no root', raw(Object.fromEntries(Object.entries(GOOD).slice(1))), 'missing'],
    ['something that nothing wants', raw({ ...GOOD, 'node_modules/evil': { version: '1.0.0', integrity: HASH } }), 'wanted by nothing'],
    ['a missing dependency', raw(Object.fromEntries(Object.entries(GOOD).filter(([path]) => path !== 'node_modules/mid'))), 'missing'],
    ['a path outside', raw({ ...GOOD, '../../etc/cron.d/x': { version: '1.0.0', integrity: HASH } }), 'not a package'],
    ['a path with a step up', raw({ ...GOOD, 'node_modules/../x': { version: '1.0.0', integrity: HASH } }), 'not a package'],
    ['a workspace', raw({ ...GOOD, 'packages/x': { version: '1.0.0', integrity: HASH } }), 'not a package'],
    ['bundled in nothing', raw({ ...GOOD, 'node_modules/mid': { version: '2.0.0', inBundle: true, dependencies: { wide: '5.0.0' } } }), 'inside another'],
    ['an executable outside', raw(changed('node_modules/@s/top', { bin: { top: '../../../bin/sh' } })), 'bin'],
    ['an executable with a path for a name', raw(changed('node_modules/@s/top', { bin: { '../node': 'x.js' } })), 'bin'],
    ['a key twice', spell(GOOD).replace('"version": "2.0.0",', '"version": "2.0.0",\n   "version": "2.0.0",'), 'spelled'],
    ['another order', raw(Object.fromEntries(Object.entries(GOOD).reverse())), 'spelled'],
    ['the prototype', raw(GOOD).replace('"packages": {', '"packages": {\n  "__proto__": {},'), ''],
    ['no JSON', '{', 'not JSON'],
    ['a list', '[]\n', ''],
    ['null', 'null\n', ''],
  ];
  test.each(cases)('%s', (_, content, says) => {
    const error = refusal(content);
    expect(error).toMatchObject({ code: 'LOCK_INVALID', exitCode: 5 });
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('\n');
  });

  test('the line is the right one', () => {
    const content = raw(changed('node_modules/mid', { resolved: 'https://evil.example/mid.tgz' }));
    expect(refusal(content).details['line']).toBe(content.split('\n').findIndex((line) => line.includes('"resolved"')) + 1);
  });
});
