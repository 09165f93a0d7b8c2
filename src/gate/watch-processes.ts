import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { Failure } from './failed-connection.ts';
import type { GateContainer } from './gate-container.ts';

const INTERVAL = 1000;
/** A start may use all of its processes for a moment. */
const SAMPLES = 3;

/** Settles when a container has had no process left for a while; never when that does not happen. */
export async function watchProcesses(engine: ContainerEngine, clock: Clock, container: GateContainer, signal: AbortSignal): Promise<Failure> {
  let full = 0;
  try {
    for (;;) {
      await clock.sleep(INTERVAL, signal);
      const usage = await engine.usage(container.id, signal);
      full = usage !== undefined && usage.pids >= container.spec.pids ? full + 1 : 0;
      if (full >= SAMPLES) return { fault: 'crowded', message: 'it used up its processes' };
    }
  } catch (error) {
    if (signal.aborted) return new Promise(() => undefined);
    throw error;
  }
}
