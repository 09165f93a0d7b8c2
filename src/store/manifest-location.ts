import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ManifestSearch } from '../domain/stores.ts';
import { diskError, unless } from './file-errors.ts';
import { findManifest } from './find-manifest.ts';
import { gitRoot } from './git-root.ts';

const MANIFEST_FILE = 'mcp.json';

/** A manifest by where it is; its id is the home's business. */
export type UnidentifiedLocation = Omit<ManifestLocation, 'id'>;

/** Design 3's order. What `--manifest` names need not exist, its folder must. */
export function locateManifest(search: ManifestSearch, home: string): UnidentifiedLocation {
  return locationOf(chosen(search, home), home);
}

export function locationOf(path: string, home: string): UnidentifiedLocation {
  const stat = unless(['ENOENT', 'ENOTDIR'], () => statSync(path));
  if (stat?.isDirectory()) {
    throw new CcMcpError('INVALID_VALUE', `${path} is a folder, not a manifest`, { suggestions: [`Name the file: ${join(path, MANIFEST_FILE)}`] });
  }
  if (stat !== undefined && !stat.isFile()) throw new CcMcpError('REFUSED', `${path} is not a file`);
  const isGlobal = keyOf(path) === keyOf(join(home, MANIFEST_FILE));
  return { path, folder: folderOf(path, isGlobal), scope: isGlobal ? 'global' : 'project', exists: stat !== undefined };
}

/** Two spellings of one manifest are one: its folder with symbolic links resolved, its own name kept. */
export function keyOf(path: string): string {
  return join(unless(['ENOENT', 'ENOTDIR'], () => realpathSync(dirname(path))) ?? dirname(path), basename(path));
}

function chosen(search: ManifestSearch, home: string): string {
  if (search.path !== undefined) return resolve(search.workingFolder, search.path);
  if (search.scope === 'global') return join(home, MANIFEST_FILE);
  if (search.scope === 'project') return join(gitRoot(search.workingFolder) ?? resolve(search.workingFolder), MANIFEST_FILE);
  return findManifest(search, home);
}

function folderOf(path: string, isGlobal: boolean): string {
  const folder = dirname(path);
  try {
    return realpathSync(folder);
  } catch (error) {
    // The home is made by the first thing that is written into it.
    if (isGlobal && error instanceof Error && 'code' in error && error.code === 'ENOENT') return folder;
    throw diskError('read', path, error, isGlobal ? ['Set CC_MCP_HOME to a folder of your own that can be written'] : [`mkdir -p ${folder}`, '--manifest PATH of another mcp.json']);
  }
}
