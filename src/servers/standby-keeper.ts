import type { SessionRecipe } from '../domain/effective-plan.ts';
import type { ServerKey } from '../domain/stores.ts';

export interface RunningContainer {
  readonly role: 'standby' | 'session' | 'starting' | 'service';
  readonly containerId: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly server: string;
  readonly manifestId: string;
  /** Process of a session's `run`. */
  readonly pid?: number;
}

/** The session room as the other use cases see it; `cli/compose.ts` joins them. */
export interface StandbyKeeper {
  /** Starts a standby and waits until it has settled, or says why there is none. */
  ensure(recipe: SessionRecipe, signal?: AbortSignal): Promise<'ready' | 'already-there' | 'off'>;
  /**
   * What all standbys of this home may use together, in bytes: remembered for those who start some without knowing the engine.
   * Those beyond a new one go, the longest unused first.
   */
  setBudget(bytes: number): Promise<void>;
  /** Removes a server's standbys, and its service; sessions over stdio go on. */
  drop(key: ServerKey): Promise<number>;
  /** Ends a server's live sessions. */
  endSessions(key: ServerKey): Promise<number>;
  list(): Promise<readonly RunningContainer[]>;
  /** Everything that has a token, also what is still loading: with the name of the localhost link that it is on. */
  held(): Promise<readonly { readonly token: string; readonly link: string | undefined }[]>;
  /** Removes what dead owners left behind, and lowers overdue boosts. */
  reap(): Promise<{ readonly removed: number }>;
  /** Takes away all of a server's files in `run/` and its logs. */
  forget(key: ServerKey): Promise<void>;
}
