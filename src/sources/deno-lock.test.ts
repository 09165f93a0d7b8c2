import { describe, expect, it } from 'vitest';
import { explainDenoFailure } from './deno-failure.ts';
import { lockFromDeno, lockHint, parseDenoLock } from './deno-lock.ts';

const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const LOCK = {
  version: '5', specifiers: { 'npm:@a/sdk@^1.20.0': '1.32.2_zod@3.25.76', 'npm:zod@3': '3.25.76', 'jsr:@std/path@1': '1.0.8' }, jsr: { '@std/path@1.0.8': { integrity: 'a'.repeat(64), dependencies: ['jsr:@std/internal@1'] } },
  npm: { '@a/sdk@1.32.2_zod@3.25.76': { integrity: INTEGRITY, dependencies: ['zod', 'content-type@1.0.5'], optionalPeers: ['zod'], bin: true }, 'zod@3.25.76': { integrity: INTEGRITY, os: ['linux'] } },
  workspace: { dependencies: ['npm:zod@3'] },
};

describe('[N13] a lock of Deno', () => {
  it('is kept in one order and without addresses, and read again', () => {
    const addressed = { ...LOCK, npm: { ...LOCK.npm, 'zod@3.25.76': { ...LOCK.npm['zod@3.25.76'], tarball: 'https://registry.example.com/zod.tgz' } } };
    const content = lockFromDeno(JSON.stringify(addressed), './x');
    expect(content).not.toContain('registry.example.com');
    expect(parseDenoLock(content, './x')).toEqual(LOCK);
  });

  it.each([
    ['an import from an address', { ...LOCK, remote: { 'https://deno.land/x/a.ts': 'a'.repeat(64) } }],
    ['a redirect', { ...LOCK, redirects: { 'https://a.example/x': 'https://b.example/y' } }],
    ['another format', { ...LOCK, version: '4' }],
    ['an address of a package', { ...LOCK, npm: { 'zod@3.25.76': { integrity: INTEGRITY, tarball: 'https://x.example/z.tgz' } } }],
    ['a specifier that is one', { ...LOCK, specifiers: { 'npm:zod@https://x.example/z.tgz': '1.0.0' } }],
    ['an alias', { ...LOCK, specifiers: { 'npm:zod@npm:evil@1': '1.0.0' } }],
    ['a version that is an address', { ...LOCK, specifiers: { 'npm:zod@3': 'https://x.example/z.tgz' } }],
    ['a name that leads upwards', { ...LOCK, npm: { '../../x@1.0.0': { integrity: INTEGRITY } } }],
    ['no hash', { ...LOCK, npm: { 'zod@3.25.76': {} } }],
    ['a workspace elsewhere', { ...LOCK, workspace: { links: { 'file:///etc': {} } } }],
  ])('with %s is refused', (_, lock) => {
    expect(() => parseDenoLock(`${JSON.stringify(lock)}\n`, './x')).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  });

  it('is refused in another order, and as text that is none', () => {
    expect(() => parseDenoLock(JSON.stringify(LOCK), './x')).toThrow('is not as cc-mcp writes it');
    expect(() => parseDenoLock('x', './x')).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  });

  it('of a project is a wish for versions, and none where something else is in it', () => {
    expect(lockHint(JSON.stringify(LOCK))).toBe(JSON.stringify(LOCK));
    for (const text of [undefined, '{', JSON.stringify({ ...LOCK, remote: {} })]) expect(lockHint(text)).toBeUndefined();
    expect(() => lockFromDeno(JSON.stringify({ ...LOCK, remote: { 'https://deno.land/x/a.ts': 'a' } }), './x')).toThrow('imports from an address (https://deno.land/x/a.ts)');
  });
});

it.each([
  ['error: npm package \'no-such\' does not exist.', 'There is no npm package no-such'],
  ['error: Could not find npm package \'zod\' matching \'99\'.', 'The npm package zod has no version 99'],
  ['error: Failed caching npm package\n0: Tarball checksum did not match what was provided by npm registry for zod@3.25.76.\n', 'The code of zod@3.25.76 is not the one of the lock'],
  ['error: The lockfile is out of date. Run', 'The lock does not hold all that the project needs'],
  ['error: Requires import access to "nope.invalid:443", run again', 'It imports from an address at nope.invalid:443: only packages of npm and jsr can be locked'],
  ['error: Module not found "file:///work/app/gone.ts".', 'It imports gone.ts, which is not in it'],
  ['error: Failed loading https://r.example/zod\n0: error sending request for url (https://r.example/zod): client error (Connect): dns error', 'r.example does not answer'],
  ['error: JSR package manifest for \'@std/path\' failed to load. Import \'https://jsr.io/@std/path/meta.json\' failed.', 'jsr.io does not answer'],
  ['error: sending\nerror sending request for url (https://r.example/zod): invalid peer certificate: UnknownIssuer', 'The registry shows a certificate that is not trusted here'],
  ['something else', undefined],
])('%j says what broke', (text, message) => expect(explainDenoFailure(text.split('\n'))?.message).toBe(message));
