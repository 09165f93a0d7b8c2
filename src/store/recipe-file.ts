import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SessionRecipe } from '../domain/effective-plan.ts';

/* Without a library: `run` reads a recipe on its way to the first byte. */

export function recipeKey(manifestPath: string, server: string): string {
  return createHash('sha256').update(`${manifestPath}\0${server}`).digest('hex').slice(0, 24);
}

export function recipePath(home: string, manifestPath: string, server: string): string {
  return join(home, 'run', 'recipes', `${recipeKey(manifestPath, server)}.json`);
}

const STRINGS = ['home', 'manifestId', 'manifestPath', 'server', 'ccMcpVersion', 'approval', 'secretsFile', 'imageId', 'logFolder'];
const OBJECTS = ['engine', 'inputs', 'body', 'environment', 'tools'];
const NUMBERS = ['nanoCpus', 'memoryBytes', 'waitForEngineSeconds'];

/** Undefined: no recipe of this version. It is taken for true only together with the hashes that it holds, so its shape is enough. */
export function parseRecipe(text: string): SessionRecipe | undefined {
  const value = parse(text);
  return isRecipe(value) ? value : undefined;
}

function isRecipe(value: unknown): value is SessionRecipe {
  if (!isObject(value) || value['version'] !== 1) return false;
  return (
    STRINGS.every((key) => typeof value[key] === 'string') &&
    OBJECTS.every((key) => isObject(value[key])) &&
    NUMBERS.every((key) => typeof value[key] === 'number') &&
    isObject(value['engine']) && isObject(value['engine']['address']) && typeof value['engine']['id'] === 'string' &&
    Array.isArray(value['mounts']) && value['mounts'].every((mount) => isObject(mount) && isObject(mount['mount'])) &&
    typeof value['shortLived'] === 'boolean' &&
    (value['caBundle'] === undefined || typeof value['caBundle'] === 'string') &&
    (value['standby'] === 'safe' || value['standby'] === 'after-session' || value['standby'] === 'off') &&
    (value['era'] === 'legacy' || value['era'] === 'modern' || value['era'] === 'dual')
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
