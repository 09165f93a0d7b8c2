import { spawnSync } from 'node:child_process';

/** Milliseconds that Node takes to start and to do nothing. */
export async function nodeStart(): Promise<number> {
  const startedAt = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}
