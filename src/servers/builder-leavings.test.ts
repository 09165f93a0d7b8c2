import { expect, it } from 'vitest';
import type { ImageDetails, ImageId } from '../domain/container-engine.ts';
import { builderLeavings } from './builder-leavings.ts';

const HOUR = 3_600_000;

it('are old, have no name, and are no server\'s', () => {
  const image = (id: string, rest: Partial<ImageDetails> = {}): ImageDetails => ({
    id: id as ImageId, tags: [], digests: [], labels: {}, user: '', entrypoint: [], command: [], environment: [], volumes: [], workingDirectory: '', triggers: [], sizeBytes: 1, createdAt: 0, architecture: 'amd64', ...rest,
  });
  const images = [image('stage'), image('young', { createdAt: 2 * HOUR }), image('named', { tags: ['cc-mcp/x:1'] }), image('pulled', { digests: ['x@sha256:1'] }), image('server')];
  expect(builderLeavings(images, new Map([['server', []]]), 2.5 * HOUR).map(({ id }) => id)).toEqual(['stage']);
});
