import { existsSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { writableByOthers } from '../domain/file-mode.ts';
import { CcMcpError } from '../domain/errors.ts';
import { diskError, unless } from './file-errors.ts';
import { realTarget } from './real-target.ts';

const STICKY = 0o1000;

/**
 * A file that decides what runs must be this user's own, and nobody else may be able to write it or to put another in its place: not
 * the file, not its folder, and not the folder of a symbolic link that leads to it.
 */
export function refuseForeign(path: string, uid: number): void {
  const stat = unless(['ENOENT', 'ENOTDIR'], () => statSync(path));
  if (stat === undefined) {
    // One that is about to be written must not be refused the moment after.
    if (existsSync(dirname(path))) refuseForeignFolder(path, realFolder(path), uid);
    return;
  }
  refuseForeignFile(path, stat, uid);
  for (const folder of new Set([realFolder(path), dirname(realTarget(path))])) refuseForeignFolder(path, folder, uid);
}

/** Also asked of the open file whose bytes were read: the path may lead to another one by then. */
export function refuseForeignFile(path: string, stat: Stats, uid: number): void {
  if (stat.uid !== uid) throw refused(path, `${path} belongs to another user (uid ${stat.uid}), who decides what it says`, `Copy it to a folder of your own, or run cc-mcp as its owner`);
  if (writableByOthers(stat)) throw refused(path, `${path} can be written by other users (mode ${octal(stat.mode)})`, `chmod go-w ${path}`);
}

function refuseForeignFolder(path: string, folder: string, uid: number): void {
  const stat = statSync(folder);
  // Root can replace every file anyway.
  if (stat.uid !== uid && stat.uid !== 0) throw refused(path, `The folder ${folder} belongs to another user (uid ${stat.uid}), who can replace ${path}`, 'Copy it to a folder of your own');
  if (writableByOthers(stat) && (stat.mode & STICKY) === 0) {
    throw refused(path, `Other users can replace ${path}: its folder is writable for them (mode ${octal(stat.mode)})`, `chmod go-w ${folder}`);
  }
}

function realFolder(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch (error) {
    throw diskError('read', path, error);
  }
}

function refused(path: string, message: string, suggestion: string): CcMcpError {
  return new CcMcpError('REFUSED', message, { suggestions: [suggestion], details: { path } });
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
