import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { CcMcpError } from '../domain/errors.ts';
import { codeOf, diskError } from './file-errors.ts';

/** A file as it was at one moment: what it held and which file it was. */
export interface FileSnapshot {
  readonly path: string;
  /** Undefined: there was none. */
  readonly content: { readonly bytes: Uint8Array; readonly stat: Stats } | undefined;
}

export function takeSnapshot(path: string): FileSnapshot {
  let descriptor: number;
  try {
    // O_NONBLOCK: a FIFO in place of the file would wait for a writer for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, content: undefined };
    throw diskError('read', path, error);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new CcMcpError('REFUSED', `${path} is ${stat.isDirectory() ? 'a folder' : 'something else'}, not a file`, { details: { path } });
    return { path, content: { bytes: readFileSync(descriptor), stat } };
  } catch (error) {
    throw diskError('read', path, error);
  } finally {
    closeSync(descriptor);
  }
}

/** Same bytes in the same file: an editor that saves by renaming makes another file of it. */
export function isSameSnapshot(a: FileSnapshot, b: FileSnapshot): boolean {
  if (a.content === undefined || b.content === undefined) return a.content === b.content;
  const { bytes, stat } = a.content;
  const other = b.content;
  return stat.dev === other.stat.dev && stat.ino === other.stat.ino && stat.mode === other.stat.mode && Buffer.compare(bytes, other.bytes) === 0;
}
