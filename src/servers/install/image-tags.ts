import { LABEL } from '../../domain/container-engine.ts';
import type { ImageDetails } from '../../domain/container-engine.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { ConnectedEngine } from '../ports.ts';
import { recordedImages } from './image-record.ts';

/** The tag that people see. */
export function serverTag(server: string, version: string): string {
  return `cc-mcp/${server.toLowerCase().replaceAll(/[._-]{2,}|[-_]$/g, '-').replace(/-$/, '')}:${version.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}`;
}

/** Whether it is one that we gave a version of this server. */
export function isServerTag(image: string, server: string): boolean {
  return image.startsWith(serverTag(server, ''));
}

/**
 * One tag per (home, manifest, server) that uses an image. Homes share images, and an image goes when its last user is
 * uninstalled: these tags are the count.
 */
export function userTag(homeId: string, manifestId: string, server: string): string {
  return `${USER_REPOSITORY}:${homeId.slice(0, 8)}-${manifestId.slice(0, 8)}-${server}`;
}

/** What keeps an image while others are tried for the same user. It counts like any, until the command ends. */
export function triedTag(tag: string): string {
  return `${tag}.tried`;
}

export function isUserTag(tag: string): boolean {
  return repositoryOf(tag) === USER_REPOSITORY;
}

/** Whether a user tag counts a server of this home. */
export function isOfHome(tag: string, homeId: string): boolean {
  return isUserTag(tag) && (tag.split(':').at(-1) ?? '').startsWith(`${homeId.slice(0, 8)}-`);
}

const USER_REPOSITORY = 'cc-mcp/used-by';

/** Refuses to move a tag away from an image that cc-mcp did not build. */
export async function checkTag(engine: ConnectedEngine, tag: string, signal?: AbortSignal): Promise<void> {
  const there = await engine.images.inspectImage(tag, signal);
  if (there === undefined || (await recordedImages(engine, signal)).has(there.id)) return;
  throw new CcMcpError('CONFLICT', `An image named ${tag} is there already, and cc-mcp did not build it`, {
    suggestions: ['Choose another name with --name NAME', `or remove that image: docker image rm ${tag}`], details: { tag, image: there.id },
  });
}

/**
 * Takes one user off an image; without users left the image and its records go. `kept`: others use it; `in-use`: nobody does, but a
 * container has it; `foreign`: no record says that we built it.
 */
export async function releaseImage(engine: ConnectedEngine, imageId: string, tag: string, signal?: AbortSignal): Promise<'removed' | 'kept' | 'in-use' | 'absent' | 'foreign'> {
  const image = await engine.images.inspectImage(imageId, signal);
  const records = (await recordedImages(engine, signal)).get(imageId) ?? [];
  if (image === undefined) {
    await removeVolumes(engine, records, signal);
    return 'absent';
  }
  // Never one that we did not build: a project may have pointed at any image.
  return release(engine, image, tag, records, records.length > 0, signal);
}

/**
 * Gives the image of an installed server its tags back after another was built in its place. That one goes, unless others use it.
 */
export async function keepImage(engine: ConnectedEngine, imageId: string, { userTag: own, shownTag }: { readonly userTag: string; readonly shownTag: string | undefined }, signal?: AbortSignal): Promise<void> {
  const [installed, built] = await Promise.all([engine.images.inspectImage(imageId, signal), engine.images.inspectImage(own, signal)]);
  if (built?.id === imageId) return;
  if (installed !== undefined) for (const tag of [own, ...(shownTag === undefined ? [] : [shownTag])]) await engine.images.tag(installed.id, tag, signal);
  // Anew: it lost those tags.
  const other = built === undefined ? undefined : await engine.images.inspectImage(built.id, signal);
  if (other !== undefined) await releaseBuilt(engine, other, own, signal);
}

/**
 * What `releaseImage` does for the image that an interrupted installation left under its user's tag.
 */
export async function releaseInterrupted(engine: ConnectedEngine, tag: string, signal?: AbortSignal): Promise<void> {
  const image = await engine.images.inspectImage(tag, signal);
  if (image !== undefined) await releaseBuilt(engine, image, tag, signal);
}

/** Of one that carries a user tag a recipe says that we built it, although it may not have come to its record: nobody else knows the tag. */
async function releaseBuilt(engine: ConnectedEngine, image: ImageDetails, tag: string, signal?: AbortSignal): Promise<void> {
  const records = (await recordedImages(engine, signal)).get(image.id) ?? [];
  await release(engine, image, tag, records, records.length > 0 || image.labels[LABEL.recipe] !== undefined, signal);
}

async function release(
  engine: ConnectedEngine, image: ImageDetails, tag: string, records: readonly string[], ours: boolean, signal?: AbortSignal,
): Promise<'removed' | 'kept' | 'in-use' | 'foreign'> {
  const others = image.tags.filter((other) => repositoryOf(other) === USER_REPOSITORY && !sameTag(other, tag));
  if (others.length > 0) {
    if (image.tags.some((other) => sameTag(other, tag))) await engine.images.removeImage(tag, signal);
    return 'kept';
  }
  if (!ours) return 'foreign';
  if ((await engine.images.removeImage(image.id, signal)) === 'in-use') return 'in-use';
  await removeVolumes(engine, records, signal);
  return 'removed';
}

async function removeVolumes(engine: ConnectedEngine, names: readonly string[], signal?: AbortSignal): Promise<void> {
  for (const name of names) await engine.containers.removeVolume(name, signal);
}

/** Podman lists `localhost/cc-mcp/…`. */
function repositoryOf(tag: string): string {
  return tag.replace(/^localhost\//, '').replace(/:[^:/]*$/, '');
}

function sameTag(a: string, b: string): boolean {
  return a.replace(/^localhost\//, '') === b.replace(/^localhost\//, '');
}
