import type { ContainerState } from './container-engine.ts';

/** Over so long what ends is counted, milliseconds. */
export const CRASH_WINDOW = 10 * 60_000;
export const MOST_CRASHES = 5;
/** What has run for so long has recovered, milliseconds. */
const RECOVERED = 60_000;
/**
 * Docker waits 100 ms before it starts a container again, and twice as long after each run of less than ten seconds: who waits longer
 * than this has had `MOST_CRASHES` of them, one after the other.
 */
const LONGEST_EARLY_PAUSE = 100 * 2 ** (MOST_CRASHES - 1);

export interface CrashEvidence {
  /** How often the engine has started it again. */
  readonly restarts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Ends within the window, as far as the engine remembers: of a busy one not all. */
  readonly exits: number;
  readonly state: ContainerState | undefined;
}

/** Whether to give up on what the engine starts again and again. */
export function isCrashLoop({ restarts, createdAt, exits, state }: CrashEvidence, now: number): boolean {
  if (restarts < MOST_CRASHES || state === undefined) return false;
  if (state.status === 'running' && now - Date.parse(state.startedAt) >= RECOVERED) return false;
  const hasWaitedLong = state.status === 'exited' && now - Date.parse(state.finishedAt) > LONGEST_EARLY_PAUSE;
  return now - createdAt < CRASH_WINDOW || exits >= MOST_CRASHES || hasWaitedLong;
}
