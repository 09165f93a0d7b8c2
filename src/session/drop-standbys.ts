import type { StandbyPorts } from '../domain/session-ports.ts';
import type { ContainerRecord, TokenName } from '../domain/run-directory.ts';
import { discard } from './discard.ts';

/** Takes away standbys of one server, or of all; those that a client claims in the same moment stay. Gives how many are gone. */
export async function dropStandbys(ports: StandbyPorts, serverKey?: string, unwanted: (record: ContainerRecord) => boolean = () => true): Promise<number> {
  let dropped = 0;
  for (const name of ports.run.ready(serverKey)) {
    const record = ports.run.readReady(name);
    if (record !== undefined && unwanted(record) && (await dropStandby(name, ports))) dropped += 1;
  }
  return dropped;
}

export async function dropStandby(name: TokenName, ports: StandbyPorts): Promise<boolean> {
  const record = ports.run.claim(name, 'removing');
  if (record === undefined) return false;
  await discard(ports.run.mine('removing', record), record.containerId, 'unused', ports.openEngine(record.engine), ports);
  return true;
}
