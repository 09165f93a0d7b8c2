import type { ImageDetails } from '../domain/container-engine.ts';

/** Podman's image with the names that it was given: it writes out the registry, `localhost` where there is none. */
export function podmanImage(image: ImageDetails): ImageDetails {
  return {
    ...image,
    tags: image.tags.map(shortName),
    // It makes one up for what came from no registry.
    digests: image.digests.filter((digest) => !digest.startsWith('localhost/')).map(shortName),
  };
}

function shortName(name: string): string {
  return name.replace(/^(?:localhost|docker\.io(?:\/library)?)\//, '');
}
