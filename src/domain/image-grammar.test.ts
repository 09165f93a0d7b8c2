import { expect, test } from 'vitest';
import { imageRangeCovers, isImageName, parseImageVersion, splitImage } from './image-grammar.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('names have parts in lower case, and a registry with a port', () => {
  for (const name of ['redis', 'mcp/fetch', 'ghcr.io/github/github-mcp-server', 'localhost:5000/x', '127.0.0.1:5000/a/b__c-d.e']) expect(isImageName(name)).toBe(true);
  for (const name of ['', 'X', 'a//b', '/a', 'a/', '-a', 'a..b', 'a b', '$(id)', 'a/-b', 'a:1', 'a@b', 'http://a/b', 'a'.repeat(256)]) expect(isImageName(name)).toBe(false);
});

test('a reference is taken apart at its tag and its digest, not at the port of its registry', () => {
  expect(splitImage('localhost:5000/x')).toEqual({ name: 'localhost:5000/x' });
  expect(splitImage('localhost:5000/x:1.2')).toEqual({ name: 'localhost:5000/x', version: '1.2' });
  expect(splitImage(`x@${DIGEST}`)).toEqual({ name: 'x', version: DIGEST });
  expect(splitImage(`ghcr.io/x/y:1.2@${DIGEST}`)).toEqual({ name: 'ghcr.io/x/y', version: `1.2@${DIGEST}` });
  expect(splitImage('x:')).toEqual({ name: 'x', version: '' });
});

test('a version is a tag, a digest, or both', () => {
  expect(parseImageVersion('1.2')).toEqual({ tag: '1.2' });
  expect(parseImageVersion(DIGEST)).toEqual({ digest: DIGEST });
  expect(parseImageVersion(`1.2@${DIGEST}`)).toEqual({ tag: '1.2', digest: DIGEST });
  for (const text of ['', '-x', 'a b', 'a/b', 'sha256:00', `1.2@sha256:00`, `@${DIGEST}`, '1.2@']) expect(parseImageVersion(text), text).toBeUndefined();
});

test('a tag covers what it was resolved to, a digest only itself', () => {
  expect(imageRangeCovers('1.2', `1.2@${DIGEST}`)).toBe(true);
  expect(imageRangeCovers('1.3', `1.2@${DIGEST}`)).toBe(false);
  expect(imageRangeCovers(DIGEST, `1.2@${DIGEST}`)).toBe(true);
  expect(imageRangeCovers(`sha256:${'b'.repeat(64)}`, DIGEST)).toBe(false);
});
