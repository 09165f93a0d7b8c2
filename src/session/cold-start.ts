import type { ContainerId, SessionEngine } from '../domain/container-engine.ts';
import type { ContainerRecord, OwnedRole } from '../domain/run-directory.ts';
import type { PreparedServer, SessionPorts, StandbyPorts } from '../domain/session-ports.ts';
import { checkMounts } from './check-mounts.ts';
import { canBoost, containerBody } from './container-body.ts';
import { discard } from './discard.ts';
import { newRecord, withId } from './container-record.ts';
import { type HeldContainer, STDERR } from './held-container.ts';

/** A container of this session's own: attached, given what the client has said so far, then started at all CPUs. */
export async function coldStart(server: PreparedServer, engine: SessionEngine, ports: SessionPorts, input: Buffer): Promise<HeldContainer> {
  const { record, id } = await createOwned('session', server, engine, ports);
  const [channel, stderr] = await Promise.all([ports.openChannel(record.engine, id), engine.attach(id, STDERR)]);
  if (input.length > 0) channel.write([input]);
  await engine.start(id);
  try {
    await checkMounts(server, id, engine, ports);
  } catch (error) {
    await discard(ports.run.mine('session', record), id, 'unused', engine, ports);
    throw error;
  }
  return { engine, id, record, owned: ports.run.mine('session', record), channel, stderr, origin: 'cold' };
}

/** Token first, container second: a crash in between leaves a token without a container, which is nothing. */
export async function createOwned(
  role: OwnedRole, server: PreparedServer, engine: SessionEngine, ports: StandbyPorts,
): Promise<{ readonly record: ContainerRecord; readonly id: ContainerId }> {
  const planned = newRecord(server, ports);
  ports.run.writeOwned(role, planned);
  const id = await engine.create(planned.containerName, containerBody(server, planned.token, canBoost(server)));
  const record = withId(planned, id);
  ports.run.writeOwned(role, record);
  return { record, id };
}

