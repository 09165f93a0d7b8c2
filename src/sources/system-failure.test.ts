import { expect, test } from 'vitest';
import { explainSystemFailure } from './system-failure.ts';

test.each([
  ['the template itself, classic builder', 'cc-mcp: The distribution of the base image has no package gti', 'The distribution of the base image has no package gti'],
  ['the template itself, BuildKit', '#8 1.204 cc-mcp: The base image has neither apt-get nor apk, so no package of its distribution can be added', 'The base image has neither apt-get nor apk, so no package of its distribution can be added'],
  ['apk', '  gti (no such package):\n    required by: world[gti]', 'The distribution of the base image has no package gti'],
  ['apt without network', 'Err:1 http://deb.debian.org/debian trixie InRelease\n  Temporary failure resolving \'deb.debian.org\'', 'The packages of the base image\'s distribution cannot be fetched from deb.debian.org'],
  ['apt, a mirror that breaks off', 'E: Failed to fetch http://mirror/pool/main/g/git.deb  503  Service Unavailable [IP: 10.0.0.1 80]', 'The packages of the base image\'s distribution cannot be fetched from mirror'],
  ['apk without network', 'WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.22/main: temporary error (try again later)', 'The packages of the base image\'s distribution cannot be fetched from dl-cdn.alpinelinux.org'],
  ['an old release', 'E: The repository \'http://deb.debian.org/debian buster Release\' does not have a Release file.', 'The distribution of the base image is served no more at http://deb.debian.org/debian: take a newer base image'],
  ['apt, a contradiction', ' git : Depends: perl but it is not installable', 'The system package git cannot be installed: it needs perl, which cannot be had'],
  ['npm', 'npm error code ETARGET', undefined],
])('%s', (_title, log, said) => {
  expect(explainSystemFailure(log.split('\n'))).toBe(said);
});
