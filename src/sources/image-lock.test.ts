import { expect, test } from 'vitest';
import { canonicalJson } from '../domain/fingerprint.ts';
import { parseImageLock, writeImageLock } from './image-lock.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LOCK = { image: 'ghcr.io/x/y', digest: DIGEST, entrypoint: ['node', 'server.mjs'], command: ['stdio'], workingDirectory: '/app', volumes: ['/data'] };
const parse = (change: Readonly<Record<string, unknown>>, version = `1@${DIGEST}`): unknown => parseImageLock(`${canonicalJson({ ...LOCK, ...change })}\n`, 'ghcr.io/x/y', version);

test('a lock says what cc-mcp wrote', () => {
  expect(parseImageLock(writeImageLock(LOCK), 'ghcr.io/x/y', DIGEST)).toEqual(LOCK);
});

test.each([
  ['another image', { image: 'ghcr.io/x/z' }],
  ['another digest', { digest: `sha256:${'b'.repeat(64)}` }],
  ['a tag for a digest', { digest: 'latest' }],
  ['no program', { entrypoint: [] }],
  ['control characters', { command: ['a\u001Bb'] }],
  ['a volume over the engine\'s own', { volumes: ['/proc'] }],
  ['a volume over our files', { volumes: ['/opt/cc-mcp/lock'] }],
  ['a volume that leads upwards', { volumes: ['/data/../etc'] }],
  ['the root as a volume', { volumes: ['/'] }],
  ['a relative folder', { workingDirectory: 'app' }],
  ['a key of nobody', { user: 'root' }],
])('one with %s is refused', (_, change) => {
  expect(() => parse(change)).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});

test('one that was written by another hand, or is no JSON, is refused', () => {
  for (const content of [`${JSON.stringify(LOCK, null, 1)}\n`, canonicalJson(LOCK), '{', '']) expect(() => parseImageLock(content, 'ghcr.io/x/y', DIGEST)).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});
