import { BUILD_MARK, LABEL } from '../domain/container-engine.ts';
import { linkOfLabels } from '../domain/container-labels.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerKey, ServerState } from '../domain/stores.ts';
import { removeClientEntries } from './disable-server.ts';
import { releaseImage, userTag } from './install/image-tags.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { keepNeighbours } from './keep-neighbours.ts';
import { notFound } from './read-server.ts';
import { reportStep } from './report-step.ts';

export interface UninstallRequest {
  readonly location: ManifestLocation;
  readonly name: string;
  /** State volumes too. */
  readonly purge: boolean;
  readonly keepImages: boolean;
}

export interface Removed {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: readonly string[];
  readonly images: readonly string[];
  readonly clientEntries: readonly string[];
}

export interface UninstallResult {
  readonly outcome: 'uninstalled';
  readonly server: string;
  readonly manifest: string;
  readonly removed: Removed;
  readonly kept: readonly string[];
}

/** Takes a server away: first what makes it start, then what runs, then what it left; the manifest's entry last, so that a repeat finds it. */
export async function uninstallServer(ports: ServerPorts, request: UninstallRequest, signal?: AbortSignal): Promise<UninstallResult> {
  const { engine, ...result } = await removeServer(ports, request, signal);
  // Else the cache would keep what the image was made of.
  if (engine !== undefined && result.removed.images.length > 0) await clearBuildCache(ports, engine, signal);
  return result;
}

/** Milliseconds. An engine that measures all of its disk first may take minutes. */
const CACHE_LIMIT = 30_000;

/** What our builds left in the engine's cache and nobody uses. The server is gone by then: what the cache does fails nothing. */
export async function clearBuildCache({ progress }: Pick<ServerPorts, 'progress'>, engine: ConnectedEngine, signal?: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(CACHE_LIMIT);
  const ended = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const cached = await engine.images.listBuildCache(BUILD_MARK, ended);
    await engine.images.removeBuildCache(cached.map(({ id }) => id), ended);
  } catch (error) {
    signal?.throwIfAborted();
    if (!limit.aborted && !(error instanceof CcMcpError)) throw error;
    const why = limit.aborted ? `the engine took longer than ${CACHE_LIMIT / 1000} s to measure it` : (error as CcMcpError).message;
    progress.report({ type: 'warning', text: `The engine's build cache was not cleared: ${why}. Later: cc-mcp prune` });
  }
}

/** The same without the engine's build cache, which is one for all servers. */
export async function removeServer(ports: ServerPorts, request: UninstallRequest, signal?: AbortSignal): Promise<UninstallResult & { readonly engine: ConnectedEngine | undefined }> {
  const { location, name } = request;
  const key = { manifestId: location.id, server: name };
  const manifest = await ports.manifests.read(location);
  const state = await ports.state.readServer(key);
  const server = manifest.servers.get(name);
  if (server === undefined && state === undefined) throw notFound(name, location, [...manifest.servers.keys()]);
  if (server?.mode === 'external') {
    throw new CcMcpError('REFUSED', `${name} is an external entry that cc-mcp did not install`, { suggestions: [`Remove it from ${location.path} yourself`] });
  }
  // The engine first: a command that cannot take the containers away changes nothing.
  const engine = state === undefined ? undefined : await ports.engine.connectTo(state.engine.address, signal);
  if (state !== undefined) await removeClientEntries(ports, name, state);
  await ports.recipes.remove(location.path, name);
  const things = engine === undefined || state === undefined ? NOTHING
    : await reportStep(ports, { step: 'remove', label: `Removing ${name}` }, () => removeFromEngine(ports, engine, key, state, request, signal));
  const replaced = await ports.replacedEntries.read(key);
  await ports.standbys.forget(key);
  await ports.secrets.write(key, undefined);
  await ports.approvals.write(key, undefined);
  await keepNeighbours(ports, location, name, async () => {
    await ports.locks.write(location, name, undefined);
    if (replaced === undefined) await ports.manifests.writeServer(location, name, undefined);
    else await ports.manifests.restoreEntry(location, name, replaced);
  });
  await ports.replacedEntries.write(key, undefined);
  await ports.state.writeServer(key, undefined);
  return {
    engine, outcome: 'uninstalled', server: name, manifest: location.path,
    kept: [...things.kept, ...(replaced === undefined ? [] : [`the entry of ${name} that was there before`])],
    removed: { ...things.removed, clientEntries: state?.clients.map(({ file }) => file) ?? [] },
  };
}

interface EngineRemoval {
  readonly removed: Omit<Removed, 'clientEntries'>;
  readonly kept: readonly string[];
}

const NOTHING: EngineRemoval = { removed: { containers: 0, networks: 0, volumes: [], images: [] }, kept: [] };

/** Only what carries this home's labels for this server; images by what the home recorded. */
async function removeFromEngine(ports: ServerPorts, engine: ConnectedEngine, key: ServerKey, state: ServerState, request: UninstallRequest, signal?: AbortSignal): Promise<EngineRemoval> {
  const homeId = await ports.state.homeId();
  const labels = { [LABEL.home]: homeId, [LABEL.manifest]: key.manifestId, [LABEL.server]: key.server };
  const kept: string[] = [];
  const ended = (await ports.standbys.endSessions(key)) + (await ports.standbys.drop(key));
  const containers = await engine.containers.list(labels, signal);
  for (const { id } of containers) await engine.containers.remove(id, signal);
  const networks = await engine.containers.listNetworks(labels, signal);
  for (const { name } of networks) await engine.containers.removeNetwork(name, signal);
  const volumes: string[] = [];
  for (const volume of await engine.containers.listVolumes(labels, signal)) {
    // That of a link holds sockets, no state.
    if (linkOfLabels(volume.labels) === undefined) volumes.push(volume.name);
    else await engine.containers.removeVolume(volume.name, signal);
  }
  if (request.purge) for (const name of volumes) await engine.containers.removeVolume(name, signal);
  else kept.push(...volumes.map((name) => `state in volume ${name} (docker volume rm takes it away)`));
  const images: string[] = [];
  if (request.keepImages) kept.push(`image ${state.imageId}`);
  else {
    const outcome = await releaseFromLate(ports, engine, homeId, key, state, signal);
    if (outcome === 'removed') images.push(state.imageId);
    if (outcome === 'foreign') kept.push(`image ${state.imageId.slice(0, 19)}: cc-mcp has no record of building it`);
    if (outcome === 'kept' || outcome === 'in-use') kept.push(`image ${state.imageId.slice(0, 19)}: something else uses it`);
  }
  return { removed: { containers: ended + containers.length, networks: networks.length, volumes: request.purge ? volumes : [], images }, kept };
}

/** Milliseconds. */
const LATE_STANDBY = 10_000;
const PAUSE = 200;

/**
 * Behind a session that has just ended a standby may still be in the making: whoever makes it will find the server gone, and take it
 * away again, but until then it holds the image. No other server of this home uses that, or it would be `kept`.
 */
async function releaseFromLate(ports: ServerPorts, engine: ConnectedEngine, homeId: string, key: ServerKey, state: ServerState, signal?: AbortSignal): ReturnType<typeof releaseImage> {
  const tag = userTag(homeId, key.manifestId, key.server);
  const until = ports.clock.monotonic() + LATE_STANDBY;
  for (let idle = 0; ; ) {
    const outcome = await releaseImage(engine, state.imageId, tag, signal);
    if (outcome !== 'in-use' || ports.clock.monotonic() > until) return outcome;
    const late = await engine.containers.list({ [LABEL.home]: homeId, [LABEL.recipe]: state.recipe }, signal);
    // None, twice: a container of somebody else, which waiting does not change. Once, and it may have gone in this moment.
    idle = late.length === 0 ? idle + 1 : 0;
    if (idle > 1) return outcome;
    for (const { id } of late) await engine.containers.remove(id, signal);
    await ports.clock.sleep(PAUSE, signal);
  }
}
