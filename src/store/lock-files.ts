import { lstatSync, readdirSync, renameSync, unlinkSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { sha256 } from '../domain/fingerprint.ts';
import type { ProcessIdentity, ProcessTable } from '../domain/run-directory.ts';
import { sweepTemporaries, writeAtomically } from './atomic-write.ts';
import { diskError, unless } from './file-errors.ts';
import { serverOfLockFile } from './lock-file-name.ts';
import { makeFolder } from './make-folder.ts';
import { takeSnapshot } from './file-snapshot.ts';

/*
 * Dependency locks, in `mcp.lock.d`. The lock file names a content by its hash, so its own rename is what makes a new content count:
 * that is put beside under a name with its hash before, and takes its place after. A crash in between loses neither state.
 */

export interface LockFolder {
  readonly path: string;
}

export function lockFolder(manifestFolder: string): LockFolder {
  return { path: join(manifestFolder, 'mcp.lock.d') };
}

/** Undefined: no file with this content is there. */
export function readDependencies({ path }: LockFolder, file: string, hash: string): string | undefined {
  refuseLink(path);
  for (const name of [file, pendingName(file, hash)]) {
    refuseLink(join(path, name));
    const { content } = takeSnapshot(join(path, name));
    if (content !== undefined && sha256(content.bytes) === hash) return Buffer.from(content.bytes).toString('utf8');
  }
  return undefined;
}

export function isThere({ path }: LockFolder, file: string): boolean {
  return takeSnapshot(join(path, file)).content !== undefined;
}

export function prepareDependencies({ path }: LockFolder, file: string, content: string, writer: ProcessIdentity): void {
  refuseLink(path);
  makeFolder(path);
  writeAtomically({ path: join(path, pendingName(file, sha256(content))), content: Buffer.from(content), mode: 0o644, writer });
}

/** After the lock file names it. */
export function settleDependencies({ path }: LockFolder, file: string, hash: string): void {
  refuseLink(join(path, file));
  attempt(join(path, file), () => renameSync(join(path, pendingName(file, hash)), join(path, file)));
}

/** Takes away what the lock file does not name: files of this server, and what interrupted writes left. */
export function removeDependencies({ path }: LockFolder, server: string, kept: string | undefined, processes: ProcessTable): void {
  refuseLink(path);
  sweepTemporaries(join(path, server), processes);
  for (const name of unless(['ENOENT'], () => readdirSync(path)) ?? []) {
    if (name === kept || !belongsTo(name, server)) continue;
    attempt(join(path, name), () => unlinkSync(join(path, name)));
  }
  unless(['ENOENT', 'ENOTEMPTY'], () => rmdirSync(path));
}

function belongsTo(name: string, server: string): boolean {
  return serverOfLockFile(/^\.(.+)\.[0-9a-f]{64}\.pending$/.exec(name)?.[1] ?? name) === server;
}

function pendingName(file: string, hash: string): string {
  return `.${file}.${hash}.pending`;
}

/** A repository can hold a symbolic link that leads out of it: nothing is read or written through one. */
function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new CcMcpError('LOCK_INVALID', `${path} is a symbolic link, and a lock stays in its folder`, { suggestions: [`Remove ${path}`], details: { path } });
  }
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw diskError('write', path, error);
  }
}
