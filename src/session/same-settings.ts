import type { SessionRecipe } from '../domain/effective-plan.ts';
import { canonicalJson } from '../domain/fingerprint.ts';

/**
 * Whether what a session began with still holds, so that a standby like it is of use. The settings or a value may have been changed
 * meanwhile, or the server disabled (its recipe says no standby) or stopped (it has none).
 */
export function isStillSo(current: SessionRecipe | undefined, begun: SessionRecipe): boolean {
  return current !== undefined && settingsOf(current) === settingsOf(begun);
}

/** Manifest and lock are left out of the inputs: other servers stand in them, too. */
function settingsOf({ imageId, body, environment, mounts, caBundle, nanoCpus, engine, standby, secretsFile, inputs }: SessionRecipe): string {
  return canonicalJson([imageId, body, environment, mounts, caBundle ?? null, nanoCpus, engine.id, standby, inputs[secretsFile] ?? null]);
}
