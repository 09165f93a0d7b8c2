import { setTimeout } from 'node:timers/promises';
import { EngineRefusal } from '../../src/docker/engine-errors.ts';
import { httpCall } from '../../src/docker/http-call.ts';
import { ADDRESS } from './engine.ts';

export interface CacheRecord {
  readonly ID: string;
  readonly Description: string;
  /** ISO 8601. */
  readonly CreatedAt: string;
  readonly InUse: boolean;
}

/** BuildKit's cache as the engine itself has it. It is measured for one at a time, and another test may be first. */
export async function cacheRecords(): Promise<readonly CacheRecord[]> {
  for (;;) {
    try {
      const answer = await httpCall(ADDRESS, { method: 'GET', path: '/system/df' }, new AbortController().signal);
      return (answer as { BuildCache: readonly CacheRecord[] | null }).BuildCache ?? [];
    } catch (error) {
      if (!(error instanceof EngineRefusal) || !/already running/.test(error.message)) throw error;
    }
    await setTimeout(200);
  }
}
