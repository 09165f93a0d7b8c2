import { type ContainerSummary, type SessionEngine } from '../domain/container-engine.ts';
import { serviceOfLabels } from '../domain/container-labels.ts';
import { CRASH_WINDOW, isCrashLoop, MOST_CRASHES } from '../domain/crash-loop.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { type ServiceOwner, serviceLock } from './close-services.ts';
import { serviceLabels } from './service-of-server.ts';
import { serverKeyOf } from './settings-hash.ts';

const GRACE_SECONDS = 2;

/**
 * Stops a service that ends again and again, which the engine would start for ever. Its containers stay, so that its log does and
 * everybody sees how it ended. True also when that was so before, or when somebody stopped it by the engine's own means.
 */
export async function giveUpService(owner: ServiceOwner, engine: SessionEngine, ports: StandbyPorts): Promise<boolean> {
  const container = await ownContainer(owner, engine);
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

async function ownContainer(owner: ServiceOwner, engine: SessionEngine): Promise<ContainerSummary | undefined> {
  return (await engine.list(serviceLabels(owner))).find(({ name, labels }) => name === serviceOfLabels(labels));
}
