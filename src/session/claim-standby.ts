import type { SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ContainerRecord, TokenName } from '../domain/run-directory.ts';
import type { PreparedServer, SessionPorts, StandbyPorts } from '../domain/session-ports.ts';
import { unfitness } from './container-record.ts';
import { discard } from './discard.ts';
import type { HeldContainer } from './held-container.ts';

/**
 * The first standby of exactly these settings that can be had: claimed, attached. Undefined: there is none. Those that turn out
 * to be of no use on the way are taken away.
 */
export async function claimStandby(server: PreparedServer, engine: SessionEngine, ports: SessionPorts): Promise<HeldContainer | undefined> {
  for (const name of candidates(server, ports)) {
    const record = ports.run.claim(name, 'session');
    if (record === undefined) continue;
    if (unfitness(record, ports) === undefined) {
      const held = await attach(record, engine, ports);
      if (held !== undefined) return held;
    }
    discardClaimed(record, engine, ports);
  }
  return undefined;
}

/** Whether a standby is still what it was taken for; asked after the attach, because an attach to a dead container just waits. */
export async function isAlive(held: HeldContainer): Promise<boolean> {
  const state = await held.engine.state(held.id);
  return state?.status === 'running' && !state.paused;
}

/** In the background: the client does not wait for it, and what fails here is left to the reaper with its token. */
export function discardClaimed(record: ContainerRecord, engine: SessionEngine, ports: StandbyPorts): void {
  discard(ports.run.mine('session', record), record.containerId, 'unused', engine, ports).catch((error: unknown) => {
    if (!(error instanceof CcMcpError)) throw error;
  });
}

function candidates(server: PreparedServer, ports: StandbyPorts): TokenName[] {
  const fitting = ports.run.ready(server.serverKey).filter((name) => name.settingsHash === server.settingsHash);
  if (fitting.length < 2) return fitting;
  const settled = new Set(fitting.filter((name) => ports.run.isSettled(name.token)));
  return fitting.sort((a, b) => Number(settled.has(b)) - Number(settled.has(a)));
}

async function attach(record: ContainerRecord, engine: SessionEngine, ports: SessionPorts): Promise<HeldContainer | undefined> {
  const id = record.containerId;
  if (id === null) return undefined;
  try {
    const channel = await ports.openChannel(record.engine, id);
    return { engine, id, record, owned: ports.run.mine('session', record), channel, stderr: undefined, origin: 'standby' };
  } catch (error) {
    if (error instanceof CcMcpError && error.code !== 'ENGINE_UNREACHABLE') return undefined;
    throw error;
  }
}
