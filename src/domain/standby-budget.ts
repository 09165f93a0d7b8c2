import { parseMemory } from './limits.ts';

/** What all standbys of a home may use together, in bytes: `standby.memory`, else a quarter of the engine's memory, at most 2 GiB. */
export function standbyBudget(engineMemoryBytes: number, configured?: string): number {
  return configured === undefined ? Math.min(Math.floor(engineMemoryBytes / 4), 2 * 1024 ** 3) : parseMemory(configured);
}
