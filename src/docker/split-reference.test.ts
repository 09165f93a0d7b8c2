import { expect, it } from 'vitest';
import { splitReference } from './split-reference.ts';

it.each([
  ['node', 'node', 'latest'], ['node:24', 'node', '24'], ['localhost:5000/node', 'localhost:5000/node', 'latest'], ['localhost:5000/a/node:24-slim', 'localhost:5000/a/node', '24-slim'],
  ['ghcr.io/x/y@sha256:abc', 'ghcr.io/x/y', 'sha256:abc'], ['ghcr.io:443/x/y:1@sha256:abc', 'ghcr.io:443/x/y', 'sha256:abc'],
])('splits %s', (reference, name, tag) => {
  expect(splitReference(reference)).toEqual({ name, tag });
});
