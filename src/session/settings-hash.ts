import { createHash, createHmac } from 'node:crypto';
import type { SessionRecipe } from '../domain/effective-plan.ts';
import { canonicalJson } from '../domain/fingerprint.ts';

/** The name under which `run/` keeps everything of one server. */
export function serverKeyOf(server: { readonly home: string; readonly manifestId: string; readonly server: string }): string {
  return createHash('sha256').update(`${server.home}\0${server.manifestId}\0${server.server}`).digest('hex').slice(0, 24);
}

/**
 * Equal only where a container would hold the same: image, settings with their values, folders after realpath, certificates.
 * Keyed, because the hash stands in file names and some of the values are secrets that are easy to guess.
 */
export function settingsHashOf(recipe: SessionRecipe, environment: Readonly<Record<string, string>>, caContent: string | undefined, key: string): string {
  const settings = [recipe.imageId, recipe.body, environment, recipe.mounts, caContent ?? null, recipe.nanoCpus, recipe.engine.id];
  return createHmac('sha256', key).update(canonicalJson(settings)).digest('hex').slice(0, 24);
}
