import { unlinkSync } from 'node:fs';
import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ProcessTable } from '../domain/run-directory.ts';
import { sweepTemporaries, writeAtomically, type AtomicWrite } from './atomic-write.ts';
import { diskError } from './file-errors.ts';
import { createFileLocks } from './file-lock.ts';
import { isSameSnapshot, takeSnapshot, type FileSnapshot } from './file-snapshot.ts';
import { realTarget } from './real-target.ts';

/** What becomes of a file: `keep` it as it is, new bytes, or none. */
export type FileChange = 'keep' | 'delete' | Uint8Array;

export interface FileEditor {
  /**
   * Reads, decides and writes as one step among all cc-mcps. A save by somebody else in between is noticed, and `decide` asked again
   * about the file as it is then: it may be called several times, and only its last answer counts. `mode` is that of a new file.
   */
  edit<Result>(path: string, mode: number, decide: (found: FileSnapshot) => Decision<Result>): Promise<Result>;
}

export interface Decision<Result> {
  readonly change: FileChange;
  readonly result: Result;
  /** Done once the change is made, before anybody else may make another. */
  readonly afterwards?: () => void;
}

const MOST_TRIES = 20;

export function createFileEditor({ processes, clock }: { readonly processes: ProcessTable; readonly clock: Clock }): FileEditor {
  const locks = createFileLocks({ processes, clock });
  return {
    async edit(path, mode, decide) {
      const target = realTarget(path);
      using _ = await locks.hold(target);
      sweepTemporaries(target, processes);
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const found = await settled(path, clock, decide);
        if (found === 'unsettled') continue;
        const { snapshot, decision } = found;
        const isUnchanged = (): boolean => isSameSnapshot(snapshot, takeSnapshot(path)) && realTarget(path) === target;
        if (make(decision.change, { path: target, mode, writer: processes.self(), mayReplace: isUnchanged })) {
          decision.afterwards?.();
          return decision.result;
        }
        await clock.sleep(5 * tries);
      }
      throw new CcMcpError('CONFLICT', `${path} was changed by another program again and again while cc-mcp tried to change it`, {
        suggestions: ['Close what writes to it, then try again'], details: { path },
      });
    },
  };
}

/** A file in the middle of being saved in place can be empty or cut: what cannot be understood is looked at twice. */
async function settled<Answer>(path: string, clock: Clock, decide: (found: FileSnapshot) => Answer): Promise<{ readonly snapshot: FileSnapshot; readonly decision: Answer } | 'unsettled'> {
  const snapshot = takeSnapshot(path);
  try {
    return { snapshot, decision: decide(snapshot) };
  } catch (error) {
    if (!(error instanceof CcMcpError) || snapshot.content === undefined) throw error;
    await clock.sleep(30);
    if (isSameSnapshot(snapshot, takeSnapshot(path))) throw error;
    return 'unsettled';
  }
}

/** False: somebody else changed the file. */
function make(change: FileChange, write: Omit<AtomicWrite, 'content'> & { readonly mayReplace: () => boolean }): boolean {
  if (change === 'keep') return true;
  if (change !== 'delete') return writeAtomically({ ...write, content: change }) === 'written';
  if (!write.mayReplace()) return false;
  try {
    unlinkSync(write.path);
    return true;
  } catch (error) {
    throw diskError('write', write.path, error);
  }
}
