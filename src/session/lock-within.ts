import { CcMcpError } from '../domain/errors.ts';
import type { RunLock } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';

const POLL_MILLISECONDS = 100;
const LONGEST_WAIT_MILLISECONDS = 120_000;

/** The first of these locks that can be had. */
export async function lockWithin(names: readonly string[], ports: StandbyPorts): Promise<RunLock> {
  const deadline = ports.clock.monotonic() + LONGEST_WAIT_MILLISECONDS;
  for (;;) {
    for (const name of names) {
      const lock = ports.run.tryLock(name);
      if (lock !== undefined) return lock;
    }
    if (ports.clock.monotonic() > deadline) throw new CcMcpError('CONFLICT', 'another cc-mcp has been loading a standby for two minutes');
    await ports.clock.sleep(POLL_MILLISECONDS);
  }
}
