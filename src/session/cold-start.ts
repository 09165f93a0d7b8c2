import type { ContainerId, SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ContainerRecord, OwnedRole } from '../domain/run-directory.ts';
import type { PreparedServer, SessionPorts, StandbyPorts } from '../domain/session-ports.ts';
import { checkMounts } from './check-mounts.ts';
import { canBoost, containerBody } from './container-body.ts';
import { discard } from './discard.ts';
import { newRecord, withId } from './container-record.ts';
import { holdLink } from './hold-link.ts';
import { type HeldContainer, STDERR } from './held-container.ts';

/** A container of this session's own: attached, given what the client has said so far, then started at all CPUs. */
export async function coldStart(server: PreparedServer, engine: SessionEngine, ports: SessionPorts, input: Buffer): Promise<HeldContainer> {
  const { record, id } = await createOwned('session', server, engine, ports);
  const owned = ports.run.mine('session', record);
  try {
    const [channel, stderr] = await Promise.all([ports.openChannel(record.engine, id), engine.attach(id, STDERR)]);
    if (input.length > 0) channel.write([input]);
    await engine.start(id);
    await checkMounts(server, id, engine, ports);
    return { engine, id, record, owned, channel, stderr, origin: 'cold' };
  } catch (error) {
    // With the engine away it stays for the reaper, which its token leads there.
    if (!isUnreachable(error)) await discard(owned, id, 'unused', engine, ports);
    throw error;
  }
}

/** Token first, container second: a crash in between leaves a token without a container, which is nothing. */
export async function createOwned(
  role: OwnedRole, server: PreparedServer, engine: SessionEngine, ports: StandbyPorts,
): Promise<{ readonly record: ContainerRecord; readonly id: ContainerId }> {
  const planned = newRecord(server, ports);
  ports.run.writeOwned(role, planned);
  const id = await create(role, planned, server, engine, ports);
  const record = withId(planned, id);
  ports.run.writeOwned(role, record);
  return { record, id };
}

async function create(role: OwnedRole, planned: ContainerRecord, server: PreparedServer, engine: SessionEngine, ports: StandbyPorts): Promise<ContainerId> {
  try {
    const { link } = server.recipe;
    const opened = link === undefined ? undefined : await holdLink(link, engine, ports);
    return await engine.create(planned.containerName, containerBody(server, planned.token, canBoost(server), opened));
  } catch (error) {
    // Of an engine that gave no answer nobody knows whether it has created something.
    if (!isUnreachable(error)) ports.run.forget(ports.run.mine(role, planned));
    throw error;
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof CcMcpError && error.code === 'ENGINE_UNREACHABLE';
}

