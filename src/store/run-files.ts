import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, diskError, unless } from './file-errors.ts';

/*
 * Small files that several processes move about. Nothing is synced to the disk: what `run/` says is true for this boot only.
 * A folder is made when the first file goes into it.
 */

/** Undefined: there is none. */
export function read(file: string): string | undefined {
  return unlessAbsent(() => readFileSync(file, 'utf8'));
}

export function exists(file: string): boolean {
  return unlessAbsent(() => statSync(file)) !== undefined;
}

/** Milliseconds since the epoch; of a file that is gone, now. */
export function modifiedAt(file: string): number {
  return unlessAbsent(() => statSync(file).mtimeMs) ?? Date.now();
}

export function list(folder: string, options: { readonly temporary: boolean } = { temporary: false }): string[] {
  const names = unlessAbsent(() => readdirSync(folder)) ?? [];
  return options.temporary ? names : names.filter((name) => !name.startsWith('.'));
}

/** Whoever reads it sees the old content or the new, never a part. */
export function replace(file: string, content: string): void {
  changing(file, () => renameSync(writeTemporary(file, content), file));
}

/** False: it was there already. */
export function createOnce(file: string, content: string): boolean {
  return changing(file, () => {
    const temporary = writeTemporary(file, content);
    try {
      linkSync(temporary, file);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      unlinkSync(temporary);
    }
  });
}

/** False: somebody else moved it first. */
export function move(from: string, to: string): boolean {
  return changing(to, () =>
    unlessAbsent(() => {
      renameSync(from, to);
      return true;
    }) ?? (!exists(dirname(to)) && moveIntoNew(from, to)));
}

export function remove(file: string): void {
  changing(file, () => unlessAbsent(() => unlinkSync(file)));
}

function moveIntoNew(from: string, to: string): boolean {
  makeFolder(dirname(to));
  return unlessAbsent(() => (renameSync(from, to), true)) ?? false;
}

/** What of it was written goes again when the rest has no room. */
function writeTemporary(file: string, content: string): string {
  const temporary = join(dirname(file), `.${randomBytes(9).toString('base64url')}`);
  const write = (): void => writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    if (unlessAbsent(() => (write(), true)) === undefined) {
      makeFolder(dirname(file));
      write();
    }
    return temporary;
  } catch (error) {
    unless(['ENOENT', 'EROFS', 'ENOTDIR', 'EACCES'], () => unlinkSync(temporary));
    throw error;
  }
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function changing<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw diskError('write', file, error, ['Make it writable, or set CC_MCP_HOME to a folder that is']);
  }
}

function unlessAbsent<Value>(work: () => Value): Value | undefined {
  return unless(['ENOENT'], work);
}
