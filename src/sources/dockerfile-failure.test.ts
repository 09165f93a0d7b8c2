import { expect, it } from 'vitest';
import { explainDockerfileFailure } from './dockerfile-failure.ts';

it.each([
  [false, ['npm error code EAI_AGAIN'], /wants the network.*--build-network/],
  [false, ['W: Failed to fetch http://deb.debian.org/x  Temporary failure resolving'], /wants the network/],
  [true, ['npm error code EAI_AGAIN', "The command '/bin/sh -c npm ci' returned a non-zero code: 1"], 'A step of Dockerfile failed with exit code 1: /bin/sh -c npm ci'],
  [false, ["The command '/bin/sh -c make' returned a non-zero code: 2"], 'A step of Dockerfile failed with exit code 2: /bin/sh -c make'],
  [false, ['COPY failed: file not found in build context or excluded by .dockerignore: stat .env: file does not exist'], /copies \.env, which is not among/],
  [false, ['something else'], undefined],
])('with network %s: %j', (network, log, expected) => {
  const explained = explainDockerfileFailure(log, { path: 'Dockerfile', network });
  expect(explained === undefined ? '' : explained).toEqual(expected === undefined ? '' : typeof expected === 'string' ? expected : expect.stringMatching(expected));
});
