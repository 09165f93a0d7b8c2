import { expect, test } from 'vitest';
import { parseGoLock } from './go-lock.ts';

const HASH = `h1:${'A'.repeat(43)}=`;
const OWN = ['example.com/a/server v1.2.3', 'example.com/a/server v1.2.3/go.mod'];
const lock = (...keys: readonly string[]): string => keys.map((key) => `${key} ${HASH}\n`).join('');
const problem = (content: string): string => {
  try {
    parseGoLock(content, 'example.com/a/server/cmd/x', 'v1.2.3');
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'LOCK_INVALID' });
    return (error as Error).message;
  }
};

test('names the module of the package and all whose code is taken', () => {
  const { own, modules } = parseGoLock(lock('example.com/a v0.1.0', ...OWN, 'example.com/b v2.0.0+incompatible', 'example.com/c v0.0.0-20240101000000-abcdefabcdef/go.mod'), 'example.com/a/server/cmd/x', 'v1.2.3');
  expect(own).toEqual({ path: 'example.com/a/server', version: 'v1.2.3' });
  expect(modules.map(({ path, version }) => `${path} ${version}`)).toEqual(['example.com/a v0.1.0', 'example.com/a/server v1.2.3', 'example.com/b v2.0.0+incompatible']);
});

test.each([
  ['another hash', `${OWN[0]} h1:short=\n`],
  ['an address', lock(...OWN, 'https://example.com/x v1.0.0')],
  ['a path upwards', lock(...OWN, 'example.com/../x v1.0.0')],
  ['an option', lock(...OWN, '-toolexec=sh v1.0.0')],
  ['a branch', lock(...OWN, 'example.com/x main')],
  ['a replacement', `${lock(...OWN)}example.com/x => ../x\n`],
  ['a comment', `// here\n${lock(...OWN)}`],
  ['more on the line', `${lock(...OWN).trimEnd()} x\n`],
  ['no end', lock(...OWN).trimEnd()],
  ['the same twice', lock(...OWN, ...OWN)],
  ['two versions of one module', lock(...OWN, 'example.com/x v1.0.0', 'example.com/x v1.1.0')],
  ['another version of the package', lock('example.com/a/server v1.2.4')],
  ['not the package', lock('example.com/a/serve v1.2.3')],
  ['nothing', '\n'],
])('a lock with %s is refused', (_, content) => {
  expect(problem(content)).toMatch(/^Line \d+ of the lock of go:/);
});
