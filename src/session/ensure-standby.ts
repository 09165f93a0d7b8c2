import type { SessionEngine } from '../domain/container-engine.ts';
import type { ContainerRecord } from '../domain/run-directory.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { unfitness } from './container-record.ts';
import { dropStandby } from './drop-standbys.ts';
import { loadStandby, takeBack } from './load-standby.ts';
import { discard } from './discard.ts';
import { lockWithin } from './lock-within.ts';

/** Standbys that load at the same time, over all servers: two use up what a small machine has. */
const LOADING_AT_ONCE = 2;

export type EnsureOutcome =
  | { readonly kind: 'started'; readonly record: ContainerRecord }
  | { readonly kind: 'present'; readonly record: ContainerRecord }
  /** Somebody else waits for the same already, and does it. */
  | { readonly kind: 'awaited' }
  /** Its state may still change: the last session to end will ask again. */
  | { readonly kind: 'in-session' }
  | { readonly kind: 'off' };

/** Makes sure that one standby of these settings waits. Resolves when it has settled. */
export async function ensureStandby(server: PreparedServer, ports: StandbyPorts): Promise<EnsureOutcome> {
  if (server.recipe.standby === 'off') return { kind: 'off' };
  // One loads and one waits to look again: whoever comes third has both done for him.
  using next = ports.run.tryLock(`${server.serverKey}.${server.settingsHash}.next`);
  if (next === undefined) return { kind: 'awaited' };
  using _loading = await lockWithin([server.serverKey], ports);
  next[Symbol.dispose]();
  const engine = ports.openEngine(server.recipe.engine.address);
  const present = await findFit(server, engine, ports);
  if (present !== undefined) return { kind: 'present', record: present };
  using _slot = await lockWithin(Array.from({ length: LOADING_AT_ONCE }, (_, slot) => `slot-${slot}`), ports);
  return server.recipe.standby === 'after-session' ? loadBetweenSessions(server, engine, ports) : { kind: 'started', record: await loadStandby(server, engine, ports) };
}

/**
 * A standby may have read state while it loaded: it counts only if no session of the server lived in that time. Both sides write
 * before they look, so one of them sees the other.
 */
async function loadBetweenSessions(server: PreparedServer, engine: SessionEngine, ports: StandbyPorts): Promise<EnsureOutcome> {
  if (hasSession(server, ports)) return { kind: 'in-session' };
  const record = await loadStandby(server, engine, ports);
  if (!hasSession(server, ports) && unfitness(record, ports) === undefined) return { kind: 'started', record };
  const owned = takeBack(record, ports);
  if (owned !== undefined) await discard(owned, record.containerId, 'unused', engine, ports);
  return { kind: 'in-session' };
}

/** A dead one without a container never began. */
function hasSession(server: PreparedServer, ports: StandbyPorts): boolean {
  return ports.run.owned('session', server.serverKey).some((session) => session.alive || ports.run.readOwned(session)?.containerId !== null);
}

async function findFit(server: PreparedServer, engine: SessionEngine, ports: StandbyPorts): Promise<ContainerRecord | undefined> {
  for (const name of ports.run.ready(server.serverKey)) {
    if (name.settingsHash !== server.settingsHash) continue;
    const record = ports.run.readReady(name);
    if (record === undefined) continue;
    const running = record.containerId !== null && (await engine.state(record.containerId))?.status === 'running';
    if (running && unfitness(record, ports) === undefined) return record;
    await dropStandby(name, ports);
  }
  return undefined;
}
