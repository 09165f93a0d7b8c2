import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineHttp } from '../docker/engine-http.ts';
import type { EngineAddress } from '../domain/container-engine.ts';
import { isServerOfService, serviceLabels } from '../domain/container-labels.ts';
import type { ContainerRecord } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import type { ServerKey, StateStore } from '../domain/stores.ts';
import { systemClock } from '../host/system-clock.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import type { RunningContainer, StandbyKeeper } from '../servers/standby-keeper.ts';
import { closeServices, releaseService } from '../session/close-services.ts';
import { dropStandbys } from '../session/drop-standbys.ts';
import { discard } from '../session/discard.ts';
import { giveUpService } from '../session/give-up-service.ts';
import { ensureService } from '../session/ensure-service.ts';
import { ensureStandby } from '../session/ensure-standby.ts';
import { keepWithinBudget } from '../session/keep-within-budget.ts';
import { listSessions, listStandbys } from '../session/list-containers.ts';
import { prepareServer } from '../session/prepare-server.ts';
import { reap } from '../session/reap.ts';
import { releaseLinks } from '../session/release-links.ts';
import { serviceOfServer } from '../session/service-of-server.ts';
import { serverKeyOf } from '../session/settings-hash.ts';
import { createRecipeSource } from '../store/recipe-source.ts';
import { mountedAt } from '../store/mounted-at.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { openSessionLog } from '../store/session-log.ts';
import { systemProcesses } from '../store/system-processes.ts';

export interface StandbyComposition {
  readonly ccMcpHome: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly state: StateStore;
  readonly logFolder: (manifestId: string, server: string) => string;
  readonly warn: (text: string) => void;
}

/** Joins the session room to the use cases on installed servers. */
export function composeStandbys({ ccMcpHome, environment, state, logFolder, warn }: StandbyComposition): { keeper: StandbyKeeper; driftOf: (homeId: string, manifestId: string, server: string) => readonly string[] } {
  const run = createRunDirectory(join(ccMcpHome, 'run'), systemProcesses(process));
  const ports: StandbyPorts = {
    openEngine: (address) => new EngineHttp(address), doors: serviceDoors,
    run,
    clock: systemClock,
    newToken: () => randomBytes(12).toString('hex'),
    mountedAt,
    openLog: (folder, token) => openSessionLog(folder, token, (error) => warn(`The log in ${folder} cannot be written: ${error.message}`)),
  };
  const runKey = async ({ manifestId, server }: ServerKey): Promise<string> => serverKeyOf({ home: await state.homeId(), manifestId, server });
  /** Takes away links that nothing is on once these are gone. */
  const release = async (gone: readonly (ContainerRecord | undefined)[]): Promise<void> => {
    const linked = gone.find((record) => record?.link !== undefined);
    if (linked !== undefined) await releaseLinks(linked.home, linked.engine, ports);
  };
  const endSessions = async (key: ServerKey): Promise<number> => {
    const sessions = run.owned('session', await runKey(key));
    const records = sessions.map((session) => run.readOwned(session));
    for (const [index, session] of sessions.entries()) {
      const record = records[index];
      if (record !== undefined) await discard(session, record.containerId, 'session-ended', ports.openEngine(record.engine), ports);
    }
    await release(records);
    return sessions.length;
  };
  /** Of a server that this home has, its engine and whose its service is; undefined: it has none. */
  const serviceOwner = async (key: ServerKey): Promise<{ readonly owner: { readonly home: string } & ServerKey; readonly engine: EngineHttp } | undefined> => {
    const known = await state.readServer(key);
    return known?.servicePort === undefined ? undefined : { owner: { home: await state.homeId(), ...key }, engine: new EngineHttp(known.engine.address) };
  };
  const closeService = async (key: ServerKey): Promise<number> => {
    const service = await serviceOwner(key);
    return service === undefined ? 0 : closeServices(service.owner, service.engine, ports);
  };
  /** The servers' own containers, not their fronts. */
  const services = async (): Promise<readonly RunningContainer[]> => {
    const known = (await state.servers()).flatMap(({ manifestId, server, state: { servicePort } }) => (servicePort === undefined ? [] : [{ manifestId, server }]));
    const found = await Promise.all(known.map(async (key) => {
      const service = await serviceOwner(key);
      const containers = service === undefined ? [] : await service.engine.list(serviceLabels(service.owner));
      return containers.filter((container) => container.running && isServerOfService(container)).map(({ id, createdAt }) => ({ role: 'service' as const, containerId: id, token: '', since: createdAt, ...key }));
    }));
    return found.flat();
  };
  const keeper: StandbyKeeper = {
    async ensure(recipe) {
      const prepared = prepareServer(recipe, environment, createRecipeSource(ccMcpHome), run.homeKey());
      const service = serviceOfServer(prepared);
      if (service !== undefined) return (await ensureService(prepared, service, ports.openEngine(recipe.engine.address), ports)) === 'started' ? 'ready' : 'already-there';
      const outcome = await ensureStandby(prepared, ports);
      const released = await keepWithinBudget(ports);
      // Alone beyond the budget: there is none, as if it were off.
      if (outcome.kind === 'started' && released.some(({ token }) => token === outcome.record.token)) return 'off';
      return outcome.kind === 'off' ? 'off' : outcome.kind === 'started' ? 'ready' : 'already-there';
    },
    async setBudget(bytes) {
      if (run.budget() === bytes) return;
      run.writeBudget(bytes);
      await keepWithinBudget(ports);
    },
    async drop(key) {
      const records = listStandbys(ports, await runKey(key)).map(({ record }) => record);
      const dropped = await dropStandbys(ports, await runKey(key));
      const closed = await closeService(key);
      await release(records);
      return dropped + closed;
    },
    endSessions,
    async list() {
      const standbys = listStandbys(ports).map(({ record, settled }) => ({ role: settled ? ('standby' as const) : ('starting' as const), record }));
      const sessions = listSessions(ports).map(({ record, pid }) => ({ role: 'session' as const, record, pid }));
      const ofRecords = [...standbys, ...sessions].map(({ record, role, ...rest }) => ({
        role, containerId: record.containerId ?? '', token: record.token, since: record.createdAt, server: record.server, manifestId: record.manifestId, ...rest,
      }));
      return [...ofRecords, ...(await services())];
    },
    async held() {
      const owned = (['loading', 'session', 'removing'] as const).flatMap((role) => run.owned(role)).map((name) => ({ token: name.token, link: run.readOwned(name)?.link }));
      return [...owned, ...run.ready().map((name) => ({ token: name.token, link: run.readReady(name)?.link }))];
    },
    async reap() {
      const addresses = new Map((await state.servers()).map(({ state: { engine } }) => [JSON.stringify(engine.address), engine.address]));
      let removed = 0;
      for (const address of addresses.values()) removed += await reapOn(await state.homeId(), address, ports);
      for (const { manifestId, server, state: { enabled, servicePort } } of await state.servers()) {
        const service = servicePort === undefined ? undefined : await serviceOwner({ manifestId, server });
        if (service === undefined) continue;
        if (enabled) await giveUpService(service.owner, service.engine, ports);
        else removed += await releaseService(service.owner, service.engine, ports);
      }
      return { removed };
    },
    async forget(key) {
      run.forgetServer(await runKey(key));
      await rm(logFolder(key.manifestId, key.server), { recursive: true, force: true });
    },
  };
  return { keeper, driftOf: (homeId, manifestId, server) => run.drift(serverKeyOf({ home: homeId, manifestId, server })) };
}

async function reapOn(homeId: string, address: EngineAddress, ports: StandbyPorts): Promise<number> {
  const { orphans, standbys } = await reap(homeId, address, ports);
  await releaseLinks(homeId, address, ports);
  return orphans + standbys.length;
}
