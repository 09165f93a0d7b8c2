import type { ImageDetails } from '../domain/container-engine.ts';

/** A build under way needs its own; none takes as long. */
const AGE = 60 * 60 * 1000;

/**
 * Of images with our label those that a builder left: stages of a build that nothing was called by. They make the next build of the
 * same quick, so that only `prune` takes them. `recorded`: ids of servers' images.
 */
export function builderLeavings(images: readonly ImageDetails[], recorded: ReadonlyMap<string, unknown>, now: number): readonly ImageDetails[] {
  return images.filter(({ id, tags, digests, createdAt }) => tags.length === 0 && digests.length === 0 && !recorded.has(id) && now - createdAt > AGE);
}
