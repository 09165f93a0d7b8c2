import { closeSync, constants, fchmodSync, fchownSync, fstatSync, fsyncSync, openSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { ProcessIdentity, ProcessTable } from '../domain/run-directory.ts';
import { codeOf, diskError, unless } from './file-errors.ts';
import { realTarget } from './real-target.ts';

export interface AtomicWrite {
  /** A symbolic link stays one: what it leads to is written. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Of a file that is not there yet, narrowed by the umask; one that is there keeps its own. */
  readonly mode: number;
  /** Stands in the temporary file's name, so that one that was left behind is known. */
  readonly writer: ProcessIdentity;
  /** Asked at the last moment before the old file is replaced. */
  readonly mayReplace?: () => boolean;
  /** How bytes get into an open file. */
  readonly write?: (descriptor: number, content: Uint8Array) => void;
}

/**
 * Whoever reads the path, also after a crash or a power cut, sees the old bytes or the new ones. On a failure (DISK, with the path)
 * the old ones stay and nothing is left beside them.
 */
export function writeAtomically(request: AtomicWrite): 'written' | 'declined' {
  const target = realTarget(request.path);
  const temporary = join(dirname(target), temporaryName(request.writer));
  try {
    fill(temporary, target, request);
    if (request.mayReplace?.() === false) {
      unlinkSync(temporary);
      return 'declined';
    }
    renameSync(temporary, target);
  } catch (error) {
    unless(['ENOENT', 'EROFS', 'ENOTDIR', 'EACCES'], () => unlinkSync(temporary));
    throw diskError('write', request.path, error, suggestionsFor(codeOf(error)));
  }
  syncFolder(dirname(target));
  return 'written';
}

function fill(temporary: string, target: string, { content, mode, write = writeFileSync }: AtomicWrite): void {
  const old = unless(['ENOENT'], () => statSync(target));
  const descriptor = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, old === undefined ? mode : 0o600);
  try {
    write(descriptor, content);
    // A full disk can cut a write short without an error: renamed, that would destroy the original.
    if (fstatSync(descriptor).size !== content.byteLength) throw Object.assign(new Error('the file came out shorter than what was written'), { code: 'ENOSPC' });
    if (old !== undefined) {
      const own = fstatSync(descriptor);
      // Only root may give a file away; for everybody else the owner is the same already, and the group may be out of reach.
      if (own.uid !== old.uid || own.gid !== old.gid) unless(['EPERM'], () => fchownSync(descriptor, old.uid, old.gid));
      fchmodSync(descriptor, old.mode & 0o7777);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the rename itself last; some file systems cannot, and their folders cannot always be opened. */
function syncFolder(folder: string): void {
  const descriptor = unless(['EACCES', 'EPERM', 'EISDIR'], () => openSync(folder, 'r'));
  if (descriptor === undefined) return;
  try {
    unless(['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF'], () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

const TEMPORARY = /^\.cc-mcp\.(\d+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.[0-9a-f]+\.tmp$/;

function temporaryName({ pid, startTime, bootId, pidNamespace }: ProcessIdentity): string {
  return `.cc-mcp.${pid}.${startTime}.${bootId}.${pidNamespace}.${randomBytes(6).toString('hex')}.tmp`;
}

/** Takes away what killed writers left in the folder of a file; a living writer's stays. */
export function sweepTemporaries(target: string, processes: ProcessTable): void {
  const folder = dirname(target);
  for (const name of unless(['EACCES', 'ENOENT'], () => readdirSync(folder)) ?? []) {
    const [, pid, startTime, bootId, pidNamespace] = TEMPORARY.exec(name) ?? [];
    if (pid === undefined || startTime === undefined || bootId === undefined || pidNamespace === undefined) continue;
    if (!processes.isAlive({ pid: Number(pid), startTime, bootId, pidNamespace })) unless(['ENOENT'], () => unlinkSync(join(folder, basename(name))));
  }
}

function suggestionsFor(code: string | undefined): readonly string[] {
  return code === 'ENOSPC' || code === 'EDQUOT' ? ['Free some space, then try again: the file is as it was'] : [];
}
