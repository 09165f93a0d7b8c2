import { BUILD_MARK, LABEL } from '../domain/container-engine.ts';
import type { Labels } from '../domain/container-engine.ts';
import { linkOfLabels, serviceOfLabels } from '../domain/container-labels.ts';
import { builderLeavings } from './builder-leavings.ts';
import { recordedImages } from './install/image-record.ts';
import { isOfHome, isUserTag, userTag } from './install/image-tags.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';

export interface PruneResult {
  readonly dryRun: boolean;
  readonly removed: { readonly containers: readonly string[]; readonly networks: readonly string[]; readonly volumes: readonly string[]; readonly images: readonly string[]; readonly buildCache: readonly string[] };
  readonly reclaimedBytes: number;
}

/** Removes what is ours and unused: containers and networks of no living operation, images that no server of any home refers to, what builds left in the engine's cache. State stays. */
export async function prune(ports: ServerPorts, { dryRun }: { readonly dryRun: boolean }, signal?: AbortSignal): Promise<PruneResult> {
  const engine = await ports.engine.connect(signal);
  const homeId = await ports.state.homeId();
  const isUsed = await usedLabels(ports);
  const ours = { [LABEL.home]: homeId };
  const containers = (await engine.containers.list(ours, signal)).filter(({ labels }) => !isUsed(labels));
  const networks = (await engine.containers.listNetworks(ours, signal)).filter(({ labels }) => !isUsed(labels)).map(({ name }) => name);
  const sockets = (await engine.containers.listVolumes(ours, signal)).filter(({ labels }) => linkOfLabels(labels) !== undefined && !isUsed(labels)).map(({ name }) => name);
  const images = await unusedImages(ports, engine, homeId, signal);
  if (!dryRun) {
    for (const { id } of containers) await engine.containers.remove(id, signal);
    for (const name of networks) await engine.containers.removeNetwork(name, signal);
    for (const name of sockets) await engine.containers.removeVolume(name, signal);
  }
  const removed: string[] = [];
  const volumes: string[] = [...sockets];
  let reclaimedBytes = 0;
  for (const image of images) {
    if (!dryRun && image.present && (await engine.images.removeImage(image.id, signal)) === 'in-use') continue;
    if (!dryRun) for (const name of image.records) await engine.containers.removeVolume(name, signal);
    if (image.present) removed.push(image.id);
    volumes.push(...image.records);
    reclaimedBytes += image.sizeBytes;
  }
  // After the images: what they shared with the cache takes room of its own now.
  const cached = await engine.images.listBuildCache(BUILD_MARK, signal);
  if (!dryRun) await engine.images.removeBuildCache(cached.map(({ id }) => id), signal);
  for (const { sizeBytes } of cached) reclaimedBytes += sizeBytes;
  return { dryRun, removed: { containers: containers.map(({ name }) => name), networks, volumes, images: removed, buildCache: cached.map(({ id }) => id) }, reclaimedBytes };
}

/** Whether something of this home is in a role, standby or session or loading, carries what one of them is on, or belongs to an operation under way. */
async function usedLabels(ports: ServerPorts): Promise<(labels: Labels) => boolean> {
  const held = await ports.standbys.held();
  const tokens = new Set([...held, ...(await ports.journal.live())].map(({ token }) => token));
  const services = new Set([
    ...(await ports.state.servers()).filter(({ state }) => state.enabled).map(({ manifestId, server }) => serviceKey(manifestId, server)),
    ...(await ports.standbys.list()).filter(({ role }) => role === 'session').map(({ manifestId, server }) => serviceKey(manifestId, server)),
  ]);
  const links = new Set(held.map(({ link }) => link));
  return (labels) => {
    const link = linkOfLabels(labels);
    if (serviceOfLabels(labels) !== undefined) return services.has(serviceKey(labels[LABEL.manifest], labels[LABEL.server])) || tokens.has(labels[LABEL.token] || '-');
    return tokens.has(labels[LABEL.token] ?? '') || (link !== undefined && links.has(link));
  };
}

function serviceKey(manifestId: string | undefined, server: string | undefined): string {
  return `${manifestId}\0${server}`;
}

interface UnusedImage {
  readonly id: string;
  readonly present: boolean;
  readonly sizeBytes: number;
  readonly records: readonly string[];
}

async function unusedImages(ports: ServerPorts, engine: ConnectedEngine, homeId: string, signal?: AbortSignal): Promise<readonly UnusedImage[]> {
  const mine = new Set((await ports.state.servers()).map(({ manifestId, server }) => userTag(homeId, manifestId, server)));
  const building = new Set((await ports.journal.live()).flatMap(({ images }) => images));
  const unused: UnusedImage[] = [];
  const recorded = await recordedImages(engine, signal);
  for (const [id, records] of recorded) {
    const image = await engine.images.inspectImage(id, signal);
    // Another home's tag counts as use; a tag of this home whose server is gone does not.
    const users = (image?.tags ?? []).filter((tag) => isUserTag(tag) && (mine.has(tag) || building.has(tag) || !isOfHome(tag, homeId)));
    if (users.length === 0) unused.push({ id, present: image !== undefined, sizeBytes: image?.sizeBytes ?? 0, records });
  }
  const left = builderLeavings(await engine.images.listImages({ [LABEL.recipe]: '' }, signal), recorded, ports.clock.now());
  return [...unused, ...left.map(({ id, sizeBytes }) => ({ id, present: true, sizeBytes, records: [] }))];
}
