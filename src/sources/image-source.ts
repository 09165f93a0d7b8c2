import type { ImageDetails, ImageEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { isImageName, parseImageVersion } from '../domain/image-grammar.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource, OpenOptions, PackageSource } from '../domain/source.ts';
import { OpenedImage } from './opened-image.ts';

export interface ImageSourceOptions {
  readonly images: Pick<ImageEngine, 'inspectImage' | 'pull' | 'removeImage'>;
  /** A reference as this engine knows it: rewritten for a mirror. */
  readonly rewrite: (canonical: string) => Promise<string>;
  /** The folder that has `templates/`. */
  readonly packageRoot: string;
}

/** Images of a registry: resolved to a digest by the engine's own pull, with a thin one of ours on top. */
export class ImageSource implements PackageSource {
  readonly type = 'docker';
  readonly #options: ImageSourceOptions;

  constructor(options: ImageSourceOptions) {
    this.#options = options;
  }

  validate(name: string, range: string | undefined): void {
    if (!isImageName(name)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(name, 80)}" is not the name of an image`, { suggestions: ['docker:ghcr.io/owner/image:1.2.3'] });
    if (range === undefined || parseImageVersion(range) !== undefined) return;
    throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(range, 80)}" is not a tag or a digest of docker:${name}`, { suggestions: [`docker:${name}:1.2.3`, `docker:${name}@sha256:DIGEST`] });
  }

  known(): undefined {}

  async open({ package: name, version = 'latest' }: PackageSourceSpec, { signal }: OpenOptions): Promise<OpenedSource> {
    this.validate(name, version);
    const { tag, digest } = parseImageVersion(version) ?? {};
    if (digest !== undefined) return this.#opened(name, tag, digest, []);
    const reference = await this.#options.rewrite(`${name}:${tag}`);
    const { images } = this.#options;
    const before = await images.inspectImage(reference, signal);
    await pulled(images, reference, name, signal);
    const details = await images.inspectImage(reference, signal);
    const found = details === undefined ? undefined : digestOf(details, reference);
    if (found === undefined) throw new CcMcpError('SOURCE_UNREACHABLE', `${reference} was pulled, and the engine names no digest of it`, { details: { package: name } });
    return this.#opened(name, tag, found, before === undefined ? [reference] : []);
  }

  async #opened(name: string, tag: string | undefined, digest: string, fetched: readonly string[]): Promise<OpenedSource> {
    const { images, rewrite, packageRoot } = this.#options;
    const reference = await rewrite(`${name}@${digest}`);
    const there = fetched.length === 0 && (await images.inspectImage(reference)) !== undefined;
    return new OpenedImage({ name, tag, digest, images, packageRoot, fetched: there ? [] : [...fetched, reference] });
  }
}

async function pulled(images: Pick<ImageEngine, 'pull'>, reference: string, name: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await images.pull(reference, () => {}, signal);
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'SOURCE_UNREACHABLE') throw error;
    if (/unauthorized|denied|authentication required|no basic auth/i.test(error.message)) {
      throw new CcMcpError('SOURCE_UNREACHABLE', error.message, { suggestions: [`docker login ${reference.split('/')[0] ?? ''}   if it is private; its password must then stand in ~/.docker/config.json, not in a helper`], cause: error });
    }
    if (/manifest unknown|not found|does not exist/i.test(error.message)) throw new CcMcpError('PACKAGE_NOT_FOUND', `There is no image ${reference}`, { suggestions: ['Look at its page for its tags: docker:IMAGE:TAG'], details: { package: name }, cause: error });
    throw error;
  }
}

/** The digest that this very registry has it under: one image may have come from several. */
function digestOf({ digests }: ImageDetails, reference: string): string | undefined {
  const repository = familiar(reference.replace(/:[^:/]*$/, ''));
  return digests.map((digest) => digest.split('@')).find(([name = '']) => familiar(name) === repository)?.[1];
}

/** Engines leave out what Docker's own registry is called, or write it in full. */
function familiar(name: string): string {
  return name.replace(/^docker\.io\//, '').replace(/^library\//, '');
}
