import type { ContainerId, SessionEngine } from '../domain/container-engine.ts';
import { LABEL } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { checkMounts } from './check-mounts.ts';
import { closeOthers, serviceLock } from './close-services.ts';
import { serviceBody } from './container-body.ts';
import { explainStart } from './explain-service.ts';
import { giveUpService } from './give-up-service.ts';
import { holdLink } from './hold-link.ts';
import { lockWithin } from './lock-within.ts';
import type { PreparedService } from './service-of-server.ts';

const LOADING_MILLISECONDS = 30_000;
/** A server that ends this often while it loads will not do better. */
const HOPELESS_MILLISECONDS = 5000;
const POLL_MILLISECONDS = 50;

/** Makes sure that a service of exactly these settings runs and listens. */
export async function ensureService(server: PreparedServer, prepared: PreparedService, engine: SessionEngine, ports: StandbyPorts): Promise<'started' | 'already-there'> {
  if (await runs(prepared, engine)) {
    try {
      await untilItListens(server, prepared, engine, ports);
    } catch (error) {
      if (!isUnreachable(error)) await giveUpService(server.recipe, engine, ports);
      throw error;
    }
    return 'already-there';
  }
  using _ = await lockWithin([serviceLock(server.serverKey)], ports);
  const isThere = await runs(prepared, engine);
  if (!isThere) await open(server, prepared, engine, ports);
  try {
    await untilItListens(server, prepared, engine, ports);
  } catch (error) {
    // Or the engine would start for ever what cannot work.
    if (!isThere && !isUnreachable(error)) await engine.closeService(prepared.service.name);
    throw error;
  }
  return isThere ? 'already-there' : 'started';
}

/** Both its containers: the name says that they have these settings. */
async function runs({ service }: PreparedService, engine: SessionEngine): Promise<boolean> {
  const containers = await engine.list({ [LABEL.service]: service.name });
  return [service.name, service.front.name].every((name) => containers.some((container) => container.name === name && container.running));
}

async function open(server: PreparedServer, { service }: PreparedService, engine: SessionEngine, ports: StandbyPorts): Promise<void> {
  const { recipe } = server;
  await closeOthers(recipe, undefined, engine);
  const link = recipe.link === undefined ? undefined : await holdLink(recipe.link, engine, ports);
  await engine.openService(service, serviceBody(server, service, link));
  try {
    await checkMounts(server, service.name as ContainerId, engine, ports);
  } catch (error) {
    await engine.closeService(service.name);
    throw error;
  }
}

async function untilItListens(server: PreparedServer, { service, door }: PreparedService, engine: SessionEngine, ports: StandbyPorts): Promise<void> {
  const begun = ports.clock.monotonic();
  const since = ports.clock.now();
  for (;;) {
    if ((await ports.doors.state(door)) === 'server') return;
    const waited = ports.clock.monotonic() - begun;
    const state = waited > HOPELESS_MILLISECONDS ? await engine.state(service.name as ContainerId) : undefined;
    if (waited > LOADING_MILLISECONDS || (state !== undefined && state.status !== 'running')) {
      const why = state?.status === 'running' ? `nothing listens on port ${server.recipe.service?.port} of its container` : await explainStart(server, service.name, engine, ports, since);
      throw new CcMcpError('ENGINE_FAILED', `${server.recipe.server} does not come up as a service: ${why}`, { suggestions: [`cc-mcp test ${server.recipe.server}`] });
    }
    await ports.clock.sleep(POLL_MILLISECONDS);
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof CcMcpError && error.code === 'ENGINE_UNREACHABLE';
}
