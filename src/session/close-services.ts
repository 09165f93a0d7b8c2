import type { SessionEngine } from '../domain/container-engine.ts';
import { serviceLabels, serviceOfLabels } from '../domain/container-labels.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { lockWithin } from './lock-within.ts';
import { serverKeyOf } from './settings-hash.ts';

/** Whose a service is. */
export interface ServiceOwner {
  readonly home: string;
  readonly manifestId: string;
  readonly server: string;
}

/** Takes a server's service away, whatever its settings. Gives how many there were. */
export async function closeServices(owner: ServiceOwner, engine: SessionEngine, ports: StandbyPorts): Promise<number> {
  using _ = await lockWithin([serviceLock(serverKeyOf(owner))], ports);
  return await closeOthers(owner, undefined, engine);
}

/** The same unless somebody is connected to it by a `run`. */
export async function releaseService(owner: ServiceOwner, engine: SessionEngine, ports: StandbyPorts): Promise<number> {
  const key = serverKeyOf(owner);
  using lock = ports.run.tryLock(serviceLock(key));
  // Somebody who has it is about to use the service, or takes it away.
  if (lock === undefined || ports.run.owned('session', key).some(({ alive }) => alive)) return 0;
  return await closeOthers(owner, undefined, engine);
}

/** Those with other settings than the one that is wanted: they have its port. */
export async function closeOthers(owner: ServiceOwner, wanted: string | undefined, engine: SessionEngine): Promise<number> {
  const containers = await engine.list(serviceLabels(owner));
  const names = new Set(containers.flatMap(({ labels }) => serviceOfLabels(labels) ?? []).filter((name) => name !== wanted));
  for (const name of names) await engine.closeService(name);
  return names.size;
}

export function serviceLock(serverKey: string): string {
  return `service.${serverKey}`;
}
