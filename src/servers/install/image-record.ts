import { LABEL } from '../../domain/container-engine.ts';
import type { ImageId, VolumeDetails } from '../../domain/container-engine.ts';
import type { ConnectedEngine } from '../ports.ts';

/**
 * What one resolution gave, kept at the engine as the labels of an empty volume: homes of one engine share it, and no image that
 * came from outside can claim to be ours by its labels, because only who may use the engine makes a volume. Each image has a record
 * of its own: when a newer build of the same resolution takes over, the older image is still known as ours until it is removed.
 */
export interface ImageRecord {
  readonly recipe: string;
  readonly imageId: ImageId;
  readonly bin: string;
  readonly entrypoint: readonly string[];
  readonly packages: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const PREFIX = 'cc-mcp-record-';
const RESOLUTION = 'io.cc-mcp.resolution';
const IMAGE = 'io.cc-mcp.image';
const BIN = 'io.cc-mcp.bin';
const ENTRYPOINT = 'io.cc-mcp.entrypoint';
const PACKAGES = 'io.cc-mcp.packages';

/** What the engine knows of one resolution, newest first. */
export async function readRecords(engine: ConnectedEngine, resolutionKey: string, signal?: AbortSignal): Promise<readonly ImageRecord[]> {
  const records = (await recordVolumes(engine, resolutionKey, signal)).flatMap(({ labels, createdAt }) => recordOf(labels, createdAt) ?? []);
  return records.toSorted((a, b) => b.createdAt - a.createdAt);
}

async function recordVolumes(engine: ConnectedEngine, resolutionKey: string, signal?: AbortSignal): Promise<readonly VolumeDetails[]> {
  return (await engine.containers.listVolumes({ [RESOLUTION]: resolutionKey }, signal)).filter(({ name }) => name.startsWith(PREFIX));
}

function recordOf(labels: Readonly<Record<string, string>>, createdAt: number): ImageRecord | undefined {
  const [recipe, imageId, bin, entrypoint] = [labels[LABEL.recipe], labels[IMAGE], labels[BIN], labels[ENTRYPOINT]];
  if (!recipe || !imageId || bin === undefined || !entrypoint) return undefined;
  return { recipe, imageId: imageId as ImageId, bin, entrypoint: entrypoint.split('\n'), packages: Number(labels[PACKAGES] ?? 0), createdAt };
}

/** `token` makes the volume's name one that nobody has: an engine would give whatever volume is there. */
export async function writeRecord(
  engine: ConnectedEngine, resolutionKey: string, record: Omit<ImageRecord, 'createdAt'>, { version, token }: { readonly version: string; readonly token: string }, signal?: AbortSignal,
): Promise<void> {
  const old = await recordVolumes(engine, resolutionKey, signal);
  await engine.containers.createVolume(`${PREFIX}${resolutionKey.slice(0, 12)}-${token}`, {
    [LABEL.recipe]: record.recipe, [LABEL.version]: version, [RESOLUTION]: resolutionKey, [IMAGE]: record.imageId, [BIN]: record.bin,
    [ENTRYPOINT]: record.entrypoint.join('\n'), [PACKAGES]: String(record.packages),
  }, signal);
  // Afterwards, so that no image is without a record at any moment; those of images that are still there stay.
  for (const { name, labels } of old) {
    const id = labels[IMAGE];
    if (id === record.imageId || id === undefined || (await engine.images.inspectImage(id, signal)) === undefined) await engine.containers.removeVolume(name, signal);
  }
}

/** The ids of all images that cc-mcp built on this engine, with the volumes that record them. */
export async function recordedImages(engine: ConnectedEngine, signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
  const volumes = await engine.containers.listVolumes({ [RESOLUTION]: '' }, signal);
  const images = new Map<string, string[]>();
  for (const { name, labels } of volumes) {
    const id = labels[IMAGE];
    if (id !== undefined && name.startsWith(PREFIX)) images.set(id, [...(images.get(id) ?? []), name]);
  }
  return images;
}
