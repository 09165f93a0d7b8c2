import { expect, test } from 'vitest';
import { builderFor } from './builder-of.ts';

const DOCKER = { Components: [{ Name: 'Engine' }], Os: 'linux', ApiVersion: '1.41' };

test.each([
  ['Docker 20.10', DOCKER, 'buildkit'],
  ['Docker 18.09, the first that has it', { ...DOCKER, ApiVersion: '1.39' }, 'buildkit'],
  ['Docker 18.06', { ...DOCKER, ApiVersion: '1.38' }, 'classic'],
  ['an API 2', { ...DOCKER, ApiVersion: '2.0' }, 'buildkit'],
  ['Podman, which speaks a new enough API', { ...DOCKER, Components: [{ Name: 'Podman Engine' }] }, 'podman'],
  ['Windows containers', { ...DOCKER, Os: 'windows' }, 'classic'],
  ['an answer without anything', {}, 'classic'],
] as const)('%s', (_, version, builder) => {
  expect(builderFor(version)).toBe(builder);
});
