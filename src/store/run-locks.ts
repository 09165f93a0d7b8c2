import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessTable, RunDirectory } from '../domain/run-directory.ts';
import { diskError, unless } from './file-errors.ts';

const MARK = /^(\d+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.[0-9a-f]+$/;

/** Locks that are had at once or not at all, and that a dead process cannot keep: a symbolic link whose text names the owner. */
export function createLocks(folder: string, processes: ProcessTable): Pick<RunDirectory, 'tryLock' | 'isLocked'> {
  return {
    tryLock(name) {
      const lock = join(folder, name);
      const mark = newMark(processes);
      if (!take(folder, lock, mark)) {
        const held = markIn(lock);
        if (held !== undefined && !isStale(held, processes)) return undefined;
        if (held !== undefined) breakStale(folder, lock, held, processes);
        if (!take(folder, lock, mark)) return undefined;
      }
      return { name, [Symbol.dispose]: () => release(lock, mark) };
    },
    isLocked(name) {
      const held = markIn(join(folder, name));
      return held !== undefined && !isStale(held, processes);
    },
  };
}

/** False: somebody has it. */
function take(folder: string, lock: string, mark: string): boolean {
  const link = (): boolean => {
    symlinkSync(mark, lock);
    return true;
  };
  try {
    const taken = unless(['ENOENT', 'EEXIST'], link);
    if (taken === true || markIn(lock) !== undefined) return taken ?? false;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return unless(['EEXIST'], link) ?? false;
  } catch (error) {
    throw diskError('write', lock, error);
  }
}

function release(lock: string, mark: string): void {
  if (markIn(lock) === mark) unless(['ENOENT'], () => unlinkSync(lock));
}

/**
 * Between looking at a dead owner's lock and removing it somebody else may have done so and locked anew: only the holder of a second
 * lock, named after that very mark, may remove it, and only while the mark still stands there. The second one is broken alike.
 */
function breakStale(folder: string, lock: string, stale: string, processes: ProcessTable): void {
  const guard = `${lock}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
  const mark = newMark(processes);
  if (!take(folder, guard, mark)) {
    const holder = markIn(guard);
    if (holder !== undefined && isStale(holder, processes)) breakStale(folder, guard, holder, processes);
    return;
  }
  if (markIn(lock) === stale) unless(['ENOENT'], () => unlinkSync(lock));
  release(guard, mark);
}

function markIn(lock: string): string | undefined {
  return unless(['ENOENT'], () => readlinkSync(lock));
}

function newMark(processes: ProcessTable): string {
  const { pid, startTime, bootId, pidNamespace } = processes.self();
  return `${pid}.${startTime}.${bootId}.${pidNamespace}.${randomBytes(8).toString('hex')}`;
}

function isStale(mark: string, processes: ProcessTable): boolean {
  const [, pid, startTime, bootId, pidNamespace] = MARK.exec(mark) ?? [];
  if (pid === undefined || startTime === undefined || bootId === undefined || pidNamespace === undefined) return false;
  return !processes.isAlive({ pid: Number(pid), startTime, bootId, pidNamespace });
}
