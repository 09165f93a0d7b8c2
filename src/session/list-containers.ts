import type { ContainerRecord, SessionActivity, TokenName } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';

export interface StandbyView {
  readonly record: ContainerRecord;
  readonly settled: boolean;
}

export interface SessionView {
  readonly record: ContainerRecord;
  readonly pid: number;
  /** False: its process is dead, and the next reaping takes its container away. */
  readonly alive: boolean;
  readonly activity: SessionActivity | undefined;
}

export function listStandbys(ports: Pick<StandbyPorts, 'run'>, serverKey?: string): readonly StandbyView[] {
  return present(ports.run.ready(serverKey), (name) => {
    const record = ports.run.readReady(name);
    return record && { record, settled: record.boostUntil === null || ports.run.isSettled(record.token) };
  });
}

export function listSessions(ports: Pick<StandbyPorts, 'run'>, serverKey?: string): readonly SessionView[] {
  return present(ports.run.owned('session', serverKey), (owned) => {
    const record = ports.run.readOwned(owned);
    const activity = ports.run.activity(owned.serverKey).find((each) => each.token === owned.token);
    return record && { record, pid: owned.owner.pid, alive: owned.alive, activity };
  });
}

/** What vanished between listing and reading is no longer there to be shown. */
function present<Name extends TokenName, View>(names: readonly Name[], view: (name: Name) => View | undefined): readonly View[] {
  return names.flatMap((name) => view(name) ?? []);
}
