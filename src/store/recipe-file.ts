import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SessionRecipe } from '../domain/effective-plan.ts';
import { isFields, parseJson } from './loose-json.ts';

/* Without a library: `run` reads a recipe on its way to the first byte. */

export function recipeKey(manifestPath: string, server: string): string {
  return createHash('sha256').update(`${manifestPath}\0${server}`).digest('hex').slice(0, 24);
}

/** `project`: the opened folder, as typed. Its recipe's name begins like the server's own, which finds all of them. */
export function recipePath(home: string, manifestPath: string, server: string, project?: string): string {
  const own = project === undefined ? '' : `-${createHash('sha256').update(project).digest('hex').slice(0, 24)}`;
  return join(home, 'run', 'recipes', `${recipeKey(manifestPath, server)}${own}.json`);
}

const STRINGS = ['home', 'manifestId', 'manifestPath', 'server', 'ccMcpVersion', 'approval', 'secretsFile', 'imageId', 'logFolder'];
const OBJECTS = ['engine', 'inputs', 'body', 'environment', 'tools'];
const NUMBERS = ['nanoCpus', 'memoryBytes', 'waitForEngineSeconds'];

/** Undefined: no recipe of this version. It is taken for true only together with the hashes that it holds, so its shape is enough. */
export function parseRecipe(text: string | undefined): SessionRecipe | undefined {
  const value = parseJson(text);
  return isRecipe(value) ? value : undefined;
}

function isRecipe(value: unknown): value is SessionRecipe {
  if (!isFields(value) || value['version'] !== 1) return false;
  return (
    STRINGS.every((key) => typeof value[key] === 'string') &&
    OBJECTS.every((key) => isFields(value[key])) &&
    NUMBERS.every((key) => typeof value[key] === 'number') &&
    isFields(value['engine']) && isFields(value['engine']['address']) && typeof value['engine']['id'] === 'string' &&
    Array.isArray(value['mounts']) && value['mounts'].every((mount) => isFields(mount) && isFields(mount['mount'])) &&
    typeof value['shortLived'] === 'boolean' &&
    (value['project'] === undefined || (isFields(value['project']) && typeof value['project']['folder'] === 'string' && typeof value['project']['real'] === 'string')) &&
    (value['link'] === undefined || isLink(value['link'])) &&
    (value['service'] === undefined || isService(value['service'])) &&
    (value['caBundle'] === undefined || typeof value['caBundle'] === 'string') &&
    (value['standby'] === 'safe' || value['standby'] === 'after-session' || value['standby'] === 'off') &&
    (value['era'] === 'legacy' || value['era'] === 'modern' || value['era'] === 'dual')
  );
}

function isLink(value: unknown): boolean {
  return isFields(value) && typeof value['name'] === 'string' && Array.isArray(value['ports']) && isFields(value['labels']) && isFields(value['forwarder']) && isFields(value['gateway']);
}

function isService(value: unknown): boolean {
  return isFields(value) && typeof value['port'] === 'number' && typeof value['outerPort'] === 'number' && typeof value['path'] === 'string' && (value['transport'] === 'http' || value['transport'] === 'sse')
    && typeof value['image'] === 'string' && typeof value['program'] === 'string' && isFields(value['network']) && typeof value['isKept'] === 'boolean';
}
