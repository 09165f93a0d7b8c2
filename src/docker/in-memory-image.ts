import { createHash } from 'node:crypto';
import type { CachedStep, ImageDetails, ImageEngine, ImageId, Labels } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';

/** An image of the in-memory engine; what is left out is empty. */
export interface InMemoryImage {
  readonly reference: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  readonly volumes?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly history?: readonly string[];
}

export interface StoredImage {
  readonly details: ImageDetails;
  /** Its name when the engine was made: scripts are found by it. */
  readonly reference: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly history: readonly string[];
}

/** The images of an in-memory engine. It tags and removes them; it does not pretend to build or to pull. */
export class InMemoryImages implements ImageEngine {
  readonly #images = new Map<ImageId, StoredImage>();
  readonly #isUsed: (id: ImageId) => boolean;

  constructor(images: readonly InMemoryImage[], now: number, isUsed: (id: ImageId) => boolean) {
    this.#isUsed = isUsed;
    for (const image of images) {
      const stored = store(image, now);
      this.#images.set(stored.details.id, stored);
    }
  }

  /** By id, or by a tag. */
  find(reference: string): StoredImage | undefined {
    const tag = /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
    return this.#images.get(reference as ImageId) ?? [...this.#images.values()].find(({ details }) => details.tags.includes(tag));
  }

  async inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetails | undefined> {
    signal?.throwIfAborted();
    return this.find(reference)?.details;
  }

  async listImages(labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly ImageDetails[]> {
    signal?.throwIfAborted();
    return [...this.#images.values()].map(({ details }) => details).filter((image) => carries(image.labels, labels));
  }

  async pull(reference: string): Promise<void> {
    throw new CcMcpError('SOURCE_UNREACHABLE', `${reference} could not be pulled: this engine has no registry`);
  }

  async build(): Promise<ImageId> {
    throw new CcMcpError('UNSUPPORTED', 'This engine does not build images');
  }

  async tag(id: ImageId, reference: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const image = this.#images.get(id);
    if (image === undefined) throw new CcMcpError('IMAGE_MISSING', `Could not tag an image as ${reference}: no such image: ${id}`);
    this.#untag(reference);
    this.#setTags(id, [...(this.#images.get(id)?.details.tags ?? []), reference]);
  }

  async removeImage(reference: string, signal?: AbortSignal): Promise<'removed' | 'absent' | 'in-use'> {
    signal?.throwIfAborted();
    const image = this.find(reference);
    if (image === undefined) return 'absent';
    const { id, tags } = image.details;
    const last = reference === id || tags.length === 1;
    if (last && this.#isUsed(id)) return 'in-use';
    if (last) this.#images.delete(id);
    else this.#untag(reference);
    return 'removed';
  }

  async listBuildCache(): Promise<readonly CachedStep[]> {
    return [];
  }

  async removeBuildCache(): Promise<number> {
    return 0;
  }

  async imageHistory(id: ImageId, signal?: AbortSignal): Promise<readonly string[]> {
    signal?.throwIfAborted();
    const image = this.#images.get(id);
    if (image === undefined) throw new CcMcpError('IMAGE_MISSING', `Could not read the history of an image: no such image: ${id}`);
    return image.history;
  }

  async readImageFile(id: ImageId, path: string, _labels: Labels, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted();
    return this.#images.get(id)?.files.get(path);
  }

  #untag(reference: string): void {
    const holder = this.find(reference);
    if (holder !== undefined) this.#setTags(holder.details.id, holder.details.tags.filter((tag) => tag !== reference));
  }

  #setTags(id: ImageId, tags: readonly string[]): void {
    const image = this.#images.get(id);
    if (image !== undefined) this.#images.set(id, { ...image, details: { ...image.details, tags } });
  }
}

/** Whether all these labels are there; an empty value asks for the key alone. */
export function carries(have: Readonly<Record<string, string>>, want: Readonly<Record<string, string>>): boolean {
  return Object.entries(want).every(([key, value]) => (value === '' ? key in have : have[key] === value));
}

function store(image: InMemoryImage, now: number): StoredImage {
  const tag = /:[^/]*$/.test(image.reference) ? image.reference : `${image.reference}:latest`;
  return {
    reference: image.reference,
    files: new Map(Object.entries(image.files ?? {}).map(([path, text]) => [path, new TextEncoder().encode(text)])),
    history: image.history ?? [],
    details: {
      id: `sha256:${createHash('sha256').update(image.reference).digest('hex')}` as ImageId,
      tags: [tag],
      digests: [],
      labels: image.labels ?? {},
      user: image.user ?? '',
      entrypoint: image.entrypoint ?? [],
      command: image.command ?? [],
      environment: image.environment ?? [],
      volumes: image.volumes ?? [],
      workingDirectory: '',
      triggers: [],
      sizeBytes: 0,
      createdAt: now,
      architecture: 'amd64',
    },
  };
}
