import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, diskError } from './file-errors.ts';

/** Makes a folder and those on the way to it. Node's own `recursive` never ends where a file system refuses new names (`/proc`). */
export function makeFolder(path: string, mode = 0o777, suggestions: readonly string[] = []): void {
  try {
    make(path, mode);
  } catch (error) {
    throw diskError('write', path, error, suggestions);
  }
}

function make(path: string, mode: number): void {
  if (madeOrThere(path, mode)) return;
  const parent = dirname(path);
  if (parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw Object.assign(new Error(`no folder can be made in ${parent}`), { code: 'EACCES' });
  make(parent, mode);
  mkdirSync(path, { mode });
}

/** False: its parent is not there. */
function madeOrThere(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    if (codeOf(error) !== 'EEXIST') throw error;
    if (statSync(path).isDirectory()) return true;
    throw Object.assign(new Error('not a folder', { cause: error }), { code: 'ENOTDIR' });
  }
}
