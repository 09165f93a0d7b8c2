import type { SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ContainerRecord, OwnedToken } from '../domain/run-directory.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { checkMounts } from './check-mounts.ts';
import { createOwned } from './cold-start.ts';
import { canWatch } from './container-body.ts';
import { discard } from './discard.ts';
import { STDERR } from './held-container.ts';
import { StderrCapture } from './stderr-capture.ts';
import { untilSettled } from './until-settled.ts';

const LAST_WORDS_MILLISECONDS = 500;

/**
 * Makes one standby: created under a token, started at all CPUs, published as soon as it runs (a client that comes now is better off
 * with half a start than with none), watched until it has loaded, lowered to its limit.
 */
export async function loadStandby(server: PreparedServer, engine: SessionEngine, ports: StandbyPorts): Promise<ContainerRecord> {
  const { record, id } = await createOwned('loading', server, engine, ports);
  const log = new StderrCapture(ports.openLog(server.recipe.logFolder, record.token), ports.clock, server.secrets);
  const isWaiting = (): boolean => ports.run.readReady(record) !== undefined;
  try {
    await using attachment = canWatch(server) ? await engine.attach(id, STDERR) : undefined;
    const stderrTaken = attachment === undefined ? Promise.resolve() : log.take(attachment.stderr);
    await engine.start(id);
    await checkMounts(server, id, engine, ports);
    ports.run.publish(record);
    const outcome = await untilSettled(engine, id, ports.clock, () => !isWaiting());
    if (outcome === 'gone' && isWaiting()) {
      await Promise.race([stderrTaken, ports.clock.sleep(LAST_WORDS_MILLISECONDS)]);
      throw new CcMcpError('ENGINE_FAILED', `${server.recipe.server} ended while it was loading: ${log.lastLines(3).join(' | ') || 'it wrote nothing to stderr'}`);
    }
    if (outcome === 'settled' && record.boostUntil !== null && isWaiting()) {
      await engine.update(id, { nanoCpus: record.nanoCpus });
      ports.run.markSettled(record.token);
    }
    return record;
  } catch (error) {
    const owned = takeBack(record, ports);
    if (owned !== undefined) await discard(owned, id, 'unused', engine, ports);
    throw error;
  } finally {
    await log.close();
  }
}

/** The token of a standby that is to go: still ours, or claimed back. Undefined: a session has it, and keeps it. */
export function takeBack(record: ContainerRecord, ports: StandbyPorts): OwnedToken | undefined {
  if (ports.run.claim(record, 'removing') !== undefined) return ports.run.mine('removing', record);
  return ports.run.owned('loading', record.serverKey).find((owned) => owned.token === record.token);
}
