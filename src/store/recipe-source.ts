import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { writableByOthers } from '../domain/file-mode.ts';
import type { PlannedMount, SessionRecipe } from '../domain/effective-plan.ts';
import type { RecipeSource, RunRequest } from '../domain/session-ports.ts';
import type { KeptValues } from '../domain/stores.ts';
import { findManifest } from './find-manifest.ts';
import { isFields, parseFields } from './loose-json.ts';
import { openedProject } from './opened-project.ts';
import { parseRecipe, recipePath } from './recipe-file.ts';

/** What `run` reads before it starts anything: synchronous, without a library, nothing twice. */
export function createRecipeSource(home: string): RecipeSource {
  /** Files that were hashed as inputs and are read again for their content. */
  const seen = new Map<string, Buffer | undefined>();
  const content = (path: string): Buffer | undefined => {
    if (!seen.has(path)) seen.set(path, readOptional(path));
    return seen.get(path);
  };
  return {
    read(request) {
      const manifest = findManifest(request.search, home);
      const recipe = recipeFor(home, manifest, request);
      if (recipe === undefined) return { stale: 'there is no recipe' };
      const stale = staleness(recipe, manifest, request, content);
      return stale === undefined ? { recipe } : { stale };
    },
    values: (secretsFile) => parseValues(content(secretsFile)?.toString()),
    caContent: (path) => content(path)?.toString(),
  };
}

/** Where `@project` is granted, that of the folder which the client opened. */
function recipeFor(home: string, manifest: string, { server, search }: RunRequest): SessionRecipe | undefined {
  const own = parseRecipe(readOptional(recipePath(home, manifest, server))?.toString());
  if (own?.perProject !== true) return own;
  const project = openedProject(search);
  const recipe = project === undefined ? undefined : parseRecipe(readOptional(recipePath(home, manifest, server, project))?.toString());
  // Its folder may be reached by a symlink that leads elsewhere now.
  return recipe?.project !== undefined && recipe.project.folder === project && realPathOf(project) === recipe.project.real ? recipe : undefined;
}

function realPathOf(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync(path);
}

function staleness(recipe: SessionRecipe, manifest: string, request: RunRequest, content: (path: string) => Buffer | undefined): string | undefined {
  if (recipe.manifestPath !== manifest || recipe.server !== request.server) return 'it is another server\'s';
  for (const [path, hash] of Object.entries(recipe.inputs)) {
    const bytes = content(path);
    if ((bytes === undefined ? null : sha256(bytes)) !== hash) return `${path} has changed`;
  }
  const stat = statSync(manifest, { throwIfNoEntry: false });
  // The slow path refuses such a manifest, with words.
  if (stat !== undefined && (writableByOthers(stat) || stat.uid !== process.getuid?.())) return `${manifest} can be written by others`;
  return recipe.mounts.some((planned) => !isSame(planned)) ? 'a folder that was granted is another one now' : undefined;
}

/** A symlink that was swapped after the check, or a folder that was replaced, must not get in. */
function isSame(planned: PlannedMount): boolean {
  const { mount } = planned;
  if (mount.kind !== 'bind') return true;
  const stat = statSync(mount.source, { throwIfNoEntry: false });
  if (stat === undefined || realpathSync(mount.source) !== mount.source) return false;
  return (planned.inode === undefined || planned.inode === stat.ino) && (planned.device === undefined || planned.device === stat.dev);
}

function parseValues(text: string | undefined): KeptValues {
  const value = parseFields(text) ?? {};
  const { serviceToken } = value;
  return { secrets: strings(value['secrets']), remembered: strings(value['remembered']), ...(typeof serviceToken === 'string' ? { serviceToken } : {}) };
}

function strings(value: unknown): Record<string, string> {
  if (!isFields(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
