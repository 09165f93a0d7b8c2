import { type ContainerSummary, type EngineAddress, LABEL, type SessionEngine } from '../domain/container-engine.ts';
import type { ContainerRecord, OwnedRole } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { unfitness } from './container-record.ts';
import { discard } from './discard.ts';
import { dropStandby } from './drop-standbys.ts';

const DAY = 24 * 60 * 60 * 1000;
/** The longest that an engine takes to create a container, and then some. */
const BIRTH_MILLISECONDS = 2 * 60 * 1000;
const ROLES = ['session', 'loading', 'removing'] as const satisfies readonly OwnedRole[];

export interface Reaped {
  /** Containers of sessions, loads and removals whose process is dead. */
  readonly orphans: number;
  /** Standbys that were dead, too old, or unused. Their servers are the ones to warm again. */
  readonly standbys: readonly ContainerRecord[];
  /** Standbys that ran at all CPUs for too long, lowered to their limit. */
  readonly lowered: number;
}

/**
 * Takes away what nobody will use any more, on one engine: by the tokens of this home alone. A container without a token was made
 * before `run/` was lost, and is left until it is a day old: living sessions write their tokens again long before.
 */
export async function reap(home: string, address: EngineAddress, ports: StandbyPorts): Promise<Reaped> {
  const engine = ports.openEngine(address);
  // Containers first, tokens second: a token is there before its container. Standbys twice: a token may move while we look.
  const containers = (await engine.list({ [LABEL.home]: home })).filter((container) => tokenOf(container) !== '');
  const before = ports.run.ready();
  const owned = ROLES.flatMap((role) => ports.run.owned(role));
  const ready = ports.run.ready();
  const known = new Set([...before, ...owned, ...ready].map((name) => name.token));
  const ids = new Map(containers.map((container) => [tokenOf(container), container.id]));
  let orphans = 0;
  for (const token of owned) {
    const record = ports.run.readOwned(token);
    if (token.alive || !isOn(record, address)) continue;
    const id = ids.get(token.token) ?? null;
    if (id === null && isUnborn(record, ports)) continue;
    orphans += await discard(token, id, token.role === 'session' ? 'session-ended' : 'unused', engine, ports);
  }
  const standbys: ContainerRecord[] = [];
  let lowered = 0;
  for (const name of ready) {
    const record = ports.run.readReady(name);
    if (record === undefined) await dropStandby(name, ports);
    if (record === undefined || !isOn(record, address)) continue;
    if (unfitness(record, ports) !== undefined || !(await isRunning(record, engine))) {
      if (await dropStandby(name, ports)) standbys.push(record);
    } else if (await lowerOverdue(record, engine, ports)) lowered += 1;
  }
  for (const container of containers) {
    if (known.has(tokenOf(container)) || ports.clock.now() - container.createdAt < DAY) continue;
    await engine.remove(container.id);
    orphans += 1;
  }
  ports.run.sweep(DAY, ports.clock.now());
  return { orphans, standbys, lowered };
}

/**
 * Its owner died before the engine had said that there is a container: the engine may still be making it, so the token stays until
 * that is over.
 */
function isUnborn(record: ContainerRecord | undefined, ports: StandbyPorts): boolean {
  return record?.containerId === null && Math.abs(ports.clock.now() - record.createdAt) < BIRTH_MILLISECONDS;
}

function tokenOf(container: ContainerSummary): string {
  return container.labels[LABEL.token] ?? '';
}

async function isRunning(record: ContainerRecord, engine: SessionEngine): Promise<boolean> {
  return record.containerId !== null && (await engine.state(record.containerId))?.status === 'running';
}

async function lowerOverdue(record: ContainerRecord, engine: SessionEngine, ports: StandbyPorts): Promise<boolean> {
  if (record.containerId === null || record.boostUntil === null || record.boostUntil > ports.clock.now() || ports.run.isSettled(record.token)) return false;
  await engine.update(record.containerId, { nanoCpus: record.nanoCpus });
  ports.run.markSettled(record.token);
  return true;
}

/** An unreadable record cannot say where its container is: the token label finds it on the engine that is asked. */
function isOn(record: ContainerRecord | undefined, address: EngineAddress): boolean {
  return record === undefined || JSON.stringify(record.engine) === JSON.stringify(address);
}
