import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ProcessIdentity, ProcessTable } from '../domain/run-directory.ts';
import { codeOf, diskError } from './file-errors.ts';

export interface FileLocks {
  /** Waits while a living process holds the lock of this file; CONFLICT names it when that takes too long. */
  hold(file: string, signal?: AbortSignal): Promise<Disposable>;
}

export interface FileLockOptions {
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** Milliseconds; who changes a file needs a few. */
  readonly waitLimit?: number;
}

/**
 * A lock beside a file: a symbolic link whose text names its owner. Making one is a single step that exactly one of many wins, owner
 * included, so that a lock without an owner never exists. It does not outlive its owner: a dead one's is broken.
 */
export function createFileLocks({ processes, clock, waitLimit = 15_000 }: FileLockOptions): FileLocks {
  return {
    async hold(file, signal) {
      const lock = lockPath(file);
      const started = clock.monotonic();
      for (;;) {
        const mark = markOf(processes.self());
        if (take(lock, mark)) return { [Symbol.dispose]: () => release(lock, mark) };
        const held = markIn(lock);
        if (held === undefined) continue;
        if (isStale(held, processes)) {
          breakStale(lock, held, processes);
          continue;
        }
        const waited = clock.monotonic() - started;
        if (waited > waitLimit) throw stillLocked(file, lock, held);
        // Changes of a file take milliseconds, installations minutes.
        await clock.sleep((0.2 + Math.random()) * Math.min(200, 10 + waited / 20), signal);
      }
    },
  };
}

function lockPath(file: string): string {
  return join(dirname(file), `.${basename(file)}.cc-mcp-lock`);
}

/** False: somebody has it. */
function take(lock: string, mark: string): boolean {
  try {
    symlinkSync(mark, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw diskError('write', lock, error);
  }
}

function release(lock: string, mark: string): void {
  if (markIn(lock) === mark) remove(lock);
}

/**
 * Between looking at a dead owner's lock and removing it another process may have removed it and locked anew. So only the holder of a
 * second lock, named after that very mark, may remove it, and only while the mark still stands there. The second one is broken alike.
 */
function breakStale(lock: string, stale: string, processes: ProcessTable): void {
  const guard = `${lock}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
  const mark = markOf(processes.self());
  if (!take(guard, mark)) {
    const holder = markIn(guard);
    if (holder !== undefined && isStale(holder, processes)) breakStale(guard, holder, processes);
    return;
  }
  if (markIn(lock) === stale) remove(lock);
  release(guard, mark);
}

/** Undefined: it is not there any more. What somebody else put in its place counts as held. */
function markIn(lock: string): string | undefined {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EINVAL') return '';
    throw diskError('read', lock, error);
  }
}

const MARK = /^(\d+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.([0-9A-Za-z-]+)\.[0-9a-f]+$/;

/** Random at the end: two locks of one process are two. */
function markOf({ pid, startTime, bootId, pidNamespace }: ProcessIdentity): string {
  return `${pid}.${startTime}.${bootId}.${pidNamespace}.${randomBytes(8).toString('hex')}`;
}

function isStale(mark: string, processes: ProcessTable): boolean {
  const [, pid, startTime, bootId, pidNamespace] = MARK.exec(mark) ?? [];
  if (pid === undefined || startTime === undefined || bootId === undefined || pidNamespace === undefined) return false;
  return !processes.isAlive({ pid: Number(pid), startTime, bootId, pidNamespace });
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw diskError('write', path, error);
  }
}

function stillLocked(file: string, lock: string, mark: string): CcMcpError {
  const pid = MARK.exec(mark)?.[1];
  return new CcMcpError('CONFLICT', `${file} is being changed by another cc-mcp${pid === undefined ? '' : ` (process ${pid})`}`, {
    suggestions: ['Try again when it has ended', `If there is none, remove ${lock}`],
    details: { path: file, lock },
  });
}
