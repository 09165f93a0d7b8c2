import { LABEL } from '../domain/container-engine.ts';
import { linkOfLabels } from '../domain/container-labels.ts';
import { recordedImages } from './install/image-record.ts';
import type { ConnectedEngine, HomePorts, ServerPorts } from './ports.ts';
import { clearBuildCache, removeServer } from './uninstall-server.ts';
import type { Removed } from './uninstall-server.ts';

export interface UninstallAllResult {
  readonly outcome: 'uninstalled-all';
  readonly servers: readonly string[];
  readonly removed: Removed;
  readonly kept: readonly string[];
}

/** Everything of this home, in every manifest that it ever wrote to; then the home itself. */
export async function uninstallAll(ports: ServerPorts & HomePorts, request: { readonly purge: boolean; readonly keepImages: boolean }, signal?: AbortSignal): Promise<UninstallAllResult> {
  const total = { containers: 0, networks: 0, volumes: [] as string[], images: [] as string[], clientEntries: [] as string[] };
  const kept: string[] = [];
  const engines = new Set<ConnectedEngine>();
  const servers = await ports.state.servers();
  for (const { manifestId, manifestPath, server } of servers) {
    const location = await ports.locationOf(manifestId, manifestPath);
    const { removed, kept: left, engine } = await removeServer(ports, { location, name: server, ...request }, signal);
    if (engine !== undefined) engines.add(engine);
    total.containers += removed.containers;
    total.networks += removed.networks;
    total.volumes.push(...removed.volumes);
    total.images.push(...removed.images);
    total.clientEntries.push(...removed.clientEntries);
    kept.push(...left);
  }
  await sweepEngine(ports, request, total, kept, engines, signal);
  if (!request.keepImages) for (const engine of engines) await clearBuildCache(ports, engine, signal);
  kept.push(...(await ports.removeHome()));
  return { outcome: 'uninstalled-all', servers: servers.map(({ server }) => server), removed: total, kept };
}

/** What carries this home's label although no server of its state names it: the rest of interrupted commands, kept state. */
async function sweepEngine(ports: ServerPorts & HomePorts, request: { readonly purge: boolean; readonly keepImages: boolean }, total: { containers: number; networks: number; volumes: string[]; images: string[] }, kept: string[], engines: Set<ConnectedEngine>, signal?: AbortSignal): Promise<void> {
  if (!(await ports.hasHome())) return;
  const engine = await ports.engine.connect(signal);
  engines.add(engine);
  const labels = { [LABEL.home]: await ports.state.homeId() };
  for (const { id } of await engine.containers.list(labels, signal)) {
    await engine.containers.remove(id, signal);
    total.containers += 1;
  }
  for (const { name } of await engine.containers.listNetworks(labels, signal)) {
    await engine.containers.removeNetwork(name, signal);
    total.networks += 1;
  }
  for (const { name, labels: its } of await engine.containers.listVolumes(labels, signal)) {
    // That of a link holds sockets, no state.
    if (linkOfLabels(its) !== undefined) {
      await engine.containers.removeVolume(name, signal);
      continue;
    }
    if (!request.purge) {
      if (!kept.some((line) => line.includes(name))) kept.push(`state in volume ${name}`);
      continue;
    }
    await engine.containers.removeVolume(name, signal);
    total.volumes.push(name);
  }
  if (request.keepImages) return;
  for (const [id, records] of await recordedImages(engine, signal)) {
    if ((await engine.images.inspectImage(id, signal)) !== undefined) continue;
    for (const name of records) await engine.containers.removeVolume(name, signal);
  }
}
