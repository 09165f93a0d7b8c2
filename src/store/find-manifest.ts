import { lstatSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ManifestSearch } from '../domain/stores.ts';

const FILE = 'mcp.json';

/**
 * The path of the manifest that `run` works on (design 3): `--manifest`, `CC_MCP_CONFIG`, `CLAUDE_PROJECT_DIR`, the nearest one up to
 * the git root, the home's own. Without a library and without reading it: this stands on the way to the first byte.
 */
export function findManifest(search: ManifestSearch, home: string): string {
  const { workingFolder, environment } = search;
  const named = search.path ?? (environment['CC_MCP_CONFIG'] || undefined);
  if (named !== undefined) return resolve(workingFolder, named);
  const project = environment['CLAUDE_PROJECT_DIR'];
  if (search.forRun && project) {
    const file = join(resolve(workingFolder, project), FILE);
    if (isFile(file)) return file;
  }
  return nearest(workingFolder) ?? join(home, FILE);
}

/** Up to the git root; outside of one only the folder itself, or a file in /tmp would decide for everything below it. */
function nearest(workingFolder: string): string | undefined {
  let found: string | undefined;
  for (let folder = resolve(workingFolder); ; folder = dirname(folder)) {
    if (found === undefined && isFile(join(folder, FILE))) found = join(folder, FILE);
    if (exists(join(folder, '.git'))) return found;
    if (folder === dirname(folder)) break;
  }
  const here = join(resolve(workingFolder), FILE);
  return found === here ? here : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
