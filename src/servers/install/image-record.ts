import { LABEL } from '../../domain/container-engine.ts';
import type { ImageId } from '../../domain/container-engine.ts';
import type { ConnectedEngine } from '../ports.ts';

/**
 * What one resolution gave, kept at the engine as the labels of an empty volume: homes of one engine share it, and no image that
 * came from outside can claim to be ours by its labels, because only who may use the engine makes a volume.
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

const RESOLUTION = 'io.cc-mcp.resolution';
const IMAGE = 'io.cc-mcp.image';
const BIN = 'io.cc-mcp.bin';
const ENTRYPOINT = 'io.cc-mcp.entrypoint';
const PACKAGES = 'io.cc-mcp.packages';

function volumeName(resolutionKey: string): string {
  return `cc-mcp-record-${resolutionKey.slice(0, 24)}`;
}

export async function readRecord(engine: ConnectedEngine, resolutionKey: string, signal?: AbortSignal): Promise<ImageRecord | undefined> {
  const volume = await engine.containers.inspectVolume(volumeName(resolutionKey), signal);
  if (volume === undefined || volume.labels[RESOLUTION] !== resolutionKey) return undefined;
  return recordOf(volume.labels, volume.createdAt);
}

function recordOf(labels: Readonly<Record<string, string>>, createdAt: number): ImageRecord | undefined {
  const [recipe, imageId, bin, entrypoint] = [labels[LABEL.recipe], labels[IMAGE], labels[BIN], labels[ENTRYPOINT]];
  if (!recipe || !imageId || bin === undefined || !entrypoint) return undefined;
  return { recipe, imageId: imageId as ImageId, bin, entrypoint: entrypoint.split('\n'), packages: Number(labels[PACKAGES] ?? 0), createdAt };
}

export async function writeRecord(engine: ConnectedEngine, resolutionKey: string, record: Omit<ImageRecord, 'createdAt'>, version: string, signal?: AbortSignal): Promise<void> {
  const name = volumeName(resolutionKey);
  const old = await engine.containers.inspectVolume(name, signal);
  // Labels never change, so a record of an image that is gone makes room. What is not ours stays, and we go on without a record.
  if (old !== undefined && old.labels[RESOLUTION] !== resolutionKey) return;
  if (old !== undefined) await engine.containers.removeVolume(name, signal);
  await engine.containers.createVolume(name, {
    [LABEL.recipe]: record.recipe, [LABEL.version]: version, [RESOLUTION]: resolutionKey, [IMAGE]: record.imageId, [BIN]: record.bin,
    [ENTRYPOINT]: record.entrypoint.join('\n'), [PACKAGES]: String(record.packages),
  }, signal);
}

/** The ids of all images that cc-mcp built on this engine, with the volumes that record them. */
export async function recordedImages(engine: ConnectedEngine, signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
  const volumes = await engine.containers.listVolumes({ [RESOLUTION]: '' }, signal);
  const images = new Map<string, string[]>();
  for (const { name, labels } of volumes) {
    const id = labels[IMAGE];
    if (id !== undefined && name.startsWith('cc-mcp-record-')) images.set(id, [...(images.get(id) ?? []), name]);
  }
  return images;
}
