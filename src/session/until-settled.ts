import type { ContainerId, SessionEngine } from '../domain/container-engine.ts';
import type { Clock } from '../domain/clock.ts';

const WINDOW_MILLISECONDS = 300;
const CALM = 0.05;
/** A server that is busy for longer has loaded and does something else. */
const LONGEST_MILLISECONDS = 10_000;
/** Where nobody says how much CPU it uses. */
const BLIND_MILLISECONDS = 3000;

/**
 * Resolves when a container has finished loading: less than 5 % of one CPU over 300 ms. `gone`: it does not run any more;
 * `taken`: `interrupted` said that there is nothing left to wait for.
 */
export async function untilSettled(
  engine: SessionEngine, id: ContainerId, clock: Clock, interrupted: () => boolean,
): Promise<'settled' | 'gone' | 'taken'> {
  const startedAt = clock.monotonic();
  let previous = await engine.usage(id);
  let previousAt = startedAt;
  for (;;) {
    await clock.sleep(WINDOW_MILLISECONDS);
    if (interrupted()) return 'taken';
    const next = await engine.usage(id);
    const now = clock.monotonic();
    if (next === undefined) {
      if ((await engine.state(id))?.status !== 'running') return 'gone';
      if (now - startedAt > BLIND_MILLISECONDS) return 'settled';
    } else if (previous !== undefined) {
      const share = (next.cpuNanoseconds - previous.cpuNanoseconds) / ((now - previousAt) * 1e6);
      // One that has used nothing yet has not begun.
      if (share < CALM && next.cpuNanoseconds > 0) return 'settled';
    }
    if (now - startedAt > LONGEST_MILLISECONDS) return 'settled';
    previous = next;
    previousAt = now;
  }
}
