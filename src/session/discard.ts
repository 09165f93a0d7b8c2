import { type ContainerId, LABEL, type SessionEngine } from '../domain/container-engine.ts';
import type { OwnedToken } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';

/**
 * Forced removal of an owned token's container, then of the token: the other way round a crash would leave a container that nobody
 * knows. `session-ended`: it may have changed state, which makes standbys old. Gives how many containers there were.
 */
export async function discard(
  owned: OwnedToken, id: ContainerId | null, reason: 'session-ended' | 'unused', engine: SessionEngine, ports: StandbyPorts,
): Promise<number> {
  const ids = id === null ? (await engine.list({ [LABEL.token]: owned.token })).map((container) => container.id) : [id];
  for (const each of ids) await engine.remove(each);
  if (reason === 'session-ended') ports.run.advanceEpoch(owned.serverKey);
  ports.run.forget(owned);
  return ids.length;
}
