import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { type EnsureOutcome, ensureStandby } from './ensure-standby.ts';
import { keepWithinBudget } from './keep-within-budget.ts';
import { dropStandbys } from './drop-standbys.ts';
import { reap } from './reap.ts';
import { releaseLinks } from './release-links.ts';

const POLL_MILLISECONDS = 100;
/** The longest end of a session, twice: then the reaper decides. */
const LONGEST_END_MILLISECONDS = 20_000;

/** The work of the process behind a session: it sees the session off where the next standby may only come after it, makes that, and cleans up. */
export async function keepStandby(server: PreparedServer, after: string, isWanted: () => boolean, ports: StandbyPorts): Promise<EnsureOutcome> {
  if (server.recipe.standby !== 'safe') await sessionEnd(server.serverKey, after, ports);
  const { home, engine } = server.recipe;
  await reap(home, engine.address, ports);
  const outcome: EnsureOutcome = isWanted() ? await makeNext(server, isWanted, ports) : { kind: 'off' };
  // A client that kills its `run` right after SIGTERM has left a container behind, which nobody else would notice for a while.
  await reap(home, engine.address, ports);
  if (server.recipe.link !== undefined) await releaseLinks(home, engine.address, ports);
  return outcome;
}

async function makeNext(server: PreparedServer, isWanted: () => boolean, ports: StandbyPorts): Promise<EnsureOutcome> {
  const outcome = await ensureStandby(server, ports);
  // Disabled, uninstalled or given other settings while it was loading. Those of other settings are somebody else's.
  if (!isWanted()) await dropStandbys(ports, server.serverKey, ({ settingsHash }) => settingsHash === server.settingsHash);
  await keepWithinBudget(ports);
  return outcome;
}

async function sessionEnd(serverKey: string, token: string, ports: StandbyPorts): Promise<void> {
  const deadline = ports.clock.monotonic() + LONGEST_END_MILLISECONDS;
  const isLive = (): boolean => ports.run.owned('session', serverKey).some((owned) => owned.token === token && owned.alive);
  while (isLive() && ports.clock.monotonic() < deadline) await ports.clock.sleep(POLL_MILLISECONDS);
}
