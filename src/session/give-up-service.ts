import type { SessionEngine } from '../domain/container-engine.ts';
import { isServerOfService, serviceLabels } from '../domain/container-labels.ts';
import { CRASH_WINDOW, isCrashLoop, MOST_CRASHES } from '../domain/crash-loop.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { type ServiceOwner, serviceLock } from './close-services.ts';
import { serverKeyOf } from './settings-hash.ts';

const GRACE_SECONDS = 2;

/**
 * Stops a service that ends again and again, which the engine would start for ever. Its containers stay, so that its log does and
 * everybody sees how it ended. True also when that was so before, or when somebody stopped it by the engine's own means.
 */
export async function giveUpService(owner: ServiceOwner, engine: SessionEngine, ports: StandbyPorts): Promise<boolean> {
  const container = (await engine.list(serviceLabels(owner))).find(isServerOfService);
  if (container === undefined) return false;
  if (!container.running) return true;
  const restarts = await engine.restarts(container.id);
  // Of nearly all services this is all that is asked.
  if (restarts < MOST_CRASHES) return false;
  const now = ports.clock.now();
  const exits = await engine.exits(container.id, { since: now - CRASH_WINDOW, until: now });
  if (!isCrashLoop({ restarts, createdAt: container.createdAt, exits: exits.length, state: await engine.state(container.id) }, now)) return false;
  using lock = ports.run.tryLock(serviceLock(serverKeyOf(owner)));
  // Somebody is about to start it anew, or to take it away.
  if (lock === undefined) return false;
  await engine.stop(container.id, GRACE_SECONDS);
  return true;
}
