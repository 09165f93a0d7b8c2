import { CcMcpError } from '../../domain/errors.ts';
import type { ImageDetails } from '../../domain/container-engine.ts';
import { splitImage } from '../../domain/image-grammar.ts';
import type { OpenedSource } from '../../domain/source.ts';
import type { Configuration } from '../../domain/stores.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';
import { reportStep } from '../report-step.ts';

export interface BaseImage {
  /** As the recipe names it: before rewriting for a mirror. */
  readonly canonical: string;
  /** As this engine knows it. */
  readonly reference: string;
  /** `sha256:…`: the registry's digest, or the image id of one that never saw a registry. */
  readonly digest: string;
}

/** The image of a runtime or a companion: as configured, rewritten for a mirror, pulled when it is not there. */
export async function findBaseImage(ports: Pick<ServerPorts, 'progress' | 'clock'>, canonical: string, engine: ConnectedEngine, images: Configuration['images'], signal?: AbortSignal): Promise<BaseImage> {
  const reference = rewriteImage(canonical, images.rewrite);
  const details = (await engine.images.inspectImage(reference, signal)) ?? (await pulled(ports, canonical, reference, engine, signal));
  return { canonical, reference, digest: canonical.split('@')[1] ?? digestOf(details) };
}

/** An image that a Dockerfile names; with a digest exactly that one, which may only be had from its registry. */
export async function findNamedImage(ports: Pick<ServerPorts, 'progress' | 'clock' | 'configuration'>, canonical: string, digest: string | undefined, engine: ConnectedEngine, signal?: AbortSignal): Promise<BaseImage & { readonly details: ImageDetails }> {
  const { images } = await ports.configuration.read();
  const there = digest === undefined ? undefined : await engine.images.inspectImage(rewriteImage(canonical, images.rewrite), signal);
  const asked = digest === undefined || (there !== undefined && digestOf(there) === digest) ? canonical : `${splitImage(canonical).name}@${digest}`;
  const found = await findBaseImage(ports, asked, engine, images, signal);
  const details = await engine.images.inspectImage(found.reference, signal);
  if (details !== undefined) return { ...found, details };
  throw new CcMcpError('IMAGE_MISSING', `${found.reference} is no longer at the engine`, { suggestions: ['Try again'] });
}

/** The base of a runtime: the user's own where `images.bases` names one. */
export async function sourceBase(ports: Pick<ServerPorts, 'progress' | 'clock' | 'configuration'>, { base }: Pick<OpenedSource, 'base'>, engine: ConnectedEngine, signal?: AbortSignal): Promise<BaseImage> {
  const { images } = await ports.configuration.read();
  return findBaseImage(ports, (base.key === undefined ? undefined : images.bases[base.key]) ?? base.image, engine, images, signal);
}

async function pulled(ports: Pick<ServerPorts, 'progress' | 'clock'>, canonical: string, reference: string, engine: ConnectedEngine, signal?: AbortSignal): Promise<ImageDetails> {
  const onLine = (line: string): void => ports.progress.report({ type: 'step-output', step: 'pull', line });
  try {
    await reportStep(ports, { step: 'pull', label: `Pulling ${reference}`, done: () => `Pulled ${reference}` }, () => engine.images.pull(reference, onLine, signal));
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'SOURCE_UNREACHABLE') throw error;
    throw new CcMcpError(error.code, error.message, {
      suggestions: [...error.suggestions, `cc-mcp config set images.rewrite.${canonical} IMAGE   takes an image that can be reached`], details: error.details, cause: error,
    });
  }
  const details = await engine.images.inspectImage(reference, signal);
  if (details !== undefined) return details;
  throw new CcMcpError('SOURCE_UNREACHABLE', `The base image ${reference} was pulled but is not there`, { details: { canonical, reference } });
}

/** A reference as this user's engine is asked for it. */
export async function mirrored({ configuration }: Pick<ServerPorts, 'configuration'>, canonical: string): Promise<string> {
  return rewriteImage(canonical, (await configuration.read()).images.rewrite);
}

/** `images.rewrite`: the longest key that equals the reference or is a prefix of it up to a "/" or ":". */
export function rewriteImage(reference: string, rewrite: Readonly<Record<string, string>>): string {
  const key = Object.keys(rewrite)
    .filter((from) => reference === from || (reference.startsWith(from) && (/[/:@]$/.test(from) || /^[/:@]/.test(reference.slice(from.length)))))
    .sort((a, b) => b.length - a.length)[0];
  return key === undefined ? reference : `${rewrite[key]}${reference.slice(key.length)}`;
}

function digestOf(details: ImageDetails): string {
  return details.digests[0]?.split('@')[1] ?? details.id;
}
