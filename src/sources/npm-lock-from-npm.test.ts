import { describe, expect, test } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import { lockFromNpm } from './npm-lock-from-npm.ts';
import { parseNpmLock } from './npm-lock.ts';
import { parseNpmLockFile } from './schema.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;
const at = (name: string, version: string, rest: object = {}): object => ({ version, resolved: `https://registry.example/${name}/-/${name}-${version}.tgz`, integrity: HASH, license: 'MIT', engines: { node: '>=18' }, ...rest });

function convert(packages: Record<string, object>, overridden: readonly string[] = []): ReturnType<typeof lockFromNpm> {
  return lockFromNpm(parseNpmLockFile({ name: 'x', lockfileVersion: 3, requires: true, packages: { '': { dependencies: { top: '1.0.0' } }, ...packages } }), 'top', '1.0.0', new Set(overridden));
}

function refusal(packages: Record<string, object>, overridden: readonly string[] = []): CcMcpError {
  try {
    convert(packages, overridden);
  } catch (error) {
    if (error instanceof CcMcpError) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('ranges become the versions that they got; addresses are kept apart', () => {
  const { content, addresses } = convert({
    'node_modules/top': at('top', '1.0.0', { dependencies: { mid: '^2', 'string-width-cjs': 'npm:string-width@^4' }, peerDependencies: { peer: '>=1', absent: '*' }, peerDependenciesMeta: { absent: { optional: true } }, bin: { top: './dist/top.js', '../bad': 'x', worse: '../../x' } }),
    'node_modules/mid': at('mid', '2.3.4', { optionalDependencies: { fast: '1', gone: '1' }, peerDependencies: { fast: '*' }, peerDependenciesMeta: { fast: { optional: true } }, funding: { url: 'https://money.example' } }),
    'node_modules/fast': at('fast', '1.0.0', { optional: true, os: ['linux'] }),
    'node_modules/peer': at('peer', '7.0.0', { peer: true, hasInstallScript: true }),
    'node_modules/string-width-cjs': at('string-width', '4.2.3', { name: 'string-width' }),
  });
  expect(content).not.toMatch(/https?:|funding|license|engines/);
  const { packages } = parseNpmLock(content, 'top', '1.0.0');
  expect(packages['node_modules/top']).toEqual({ version: '1.0.0', integrity: HASH, dependencies: { mid: '2.3.4', peer: '7.0.0', 'string-width-cjs': 'npm:string-width@4.2.3' }, bin: { top: 'dist/top.js' } });
  expect(packages['node_modules/mid']?.optionalDependencies).toEqual({ fast: '1.0.0' });
  expect(addresses['node_modules/mid']).toBe('https://registry.example/mid/-/mid-2.3.4.tgz');
});

test('a peer that is optional stays so: another platform may not have it', () => {
  const { content } = convert({
    'node_modules/top': at('top', '1.0.0', { dependencies: { mid: '1' }, optionalDependencies: { fast: '1' } }),
    'node_modules/mid': at('mid', '1.0.0', { peerDependencies: { fast: '*' }, peerDependenciesMeta: { fast: { optional: true } } }),
    'node_modules/fast': at('fast', '1.0.0', { optional: true, os: ['win32'] }),
  });
  expect(parseNpmLock(content, 'top', '1.0.0').packages['node_modules/mid']).toMatchObject({ optionalDependencies: { fast: '1.0.0' } });
});

describe('only the registry, with hashes', () => {
  test.each([
    ['a git dependency', { 'node_modules/top': at('top', '1.0.0', { dependencies: { g: 'github:evil/g' } }), 'node_modules/g': { version: '1.0.0', resolved: 'git+ssh://git@github.com/evil/g.git#0' } }, 'g from "github:evil/g"'],
    ['a tarball from an address', { 'node_modules/top': at('top', '1.0.0', { dependencies: { u: 'https://evil/u.tgz' } }), 'node_modules/u': at('u', '1.0.0', { resolved: 'https://evil/u.tgz' }) }, 'u from "https://evil/u.tgz"'],
    ['a folder', { 'node_modules/top': at('top', '1.0.0'), 'node_modules/l': { resolved: '../l', link: true } }, 'link'],
    ['no hash', { 'node_modules/top': { version: '1.0.0', resolved: 'https://registry.example/top.tgz' } }, 'no hash'],
  ])('%s', (_, packages, says) => {
    const error = refusal(packages);
    expect(error.code).toBe('LOCK_INVALID');
    expect(error.message).toContain(says);
    expect(error.suggestions[0]).toContain('--override');
  });

  test('a git dependency that an override replaced by one of the registry is fine', () => {
    const packages = { 'node_modules/top': at('top', '1.0.0', { dependencies: { g: 'github:evil/g' } }), 'node_modules/g': at('g', '1.0.0') };
    expect(refusal(packages).message).toContain('github:evil/g');
    expect(parseNpmLock(convert(packages, ['g']).content, 'top', '1.0.0').packages['node_modules/g']?.version).toBe('1.0.0');
  });
});
