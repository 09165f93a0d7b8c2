import type { ImageId } from '../../domain/container-engine.ts';
import type { Day } from '../../domain/day.ts';
import { containerLabels } from '../../domain/container-labels.ts';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import { sha256 } from '../../domain/fingerprint.ts';
import { recipeHash, resolutionKey } from '../../domain/recipe.ts';
import type { ImageSettings } from '../../domain/lock.ts';
import type { DependencyLock, OpenedSource, ResolvedPackage } from '../../domain/source.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import type { BaseImage } from './base-image.ts';
import type { ImageRecord } from './image-record.ts';

export interface ImageRequest {
  readonly engine: ConnectedEngine;
  readonly source: OpenedSource;
  readonly package: string;
  readonly version: string;
  /** Known already, or looked up when the image is not there yet. */
  readonly resolve: () => Promise<ResolvedPackage>;
  readonly base: BaseImage;
  readonly overrides: readonly string[];
  readonly bin: string | undefined;
  readonly allowScripts: boolean;
  readonly systemPackages: readonly string[];
  /** With the dependencies of a day; undefined: the newest. */
  readonly asOf?: Day | undefined;
  /** Told the dependency lock before it is built, or found built; what it throws ends it. */
  readonly onTree?: ((lock: string) => void) | undefined;
  /** The dependency lock of an earlier state of a folder. */
  readonly earlier?: string | undefined;
  /** Where everything that resolver and builder say is kept; opened when there is something to build. */
  readonly openLog: () => { readonly path: string; line(text: string): void };
  /** The tag that people see, and the one that counts this user. */
  readonly tags: readonly [string, string];
  /** Of the containers that looking for it makes. */
  readonly owner: ContainerOwner;
}

export type ImagePorts = Pick<InstallPorts, 'clock' | 'progress' | 'version' | 'newToken' | 'buildEnvironment' | 'consent'>;

export interface ServerImage {
  readonly imageId: ImageId;
  readonly recipe: string;
  readonly dependencies: string;
  readonly dependenciesKind: DependencyLock['kind'];
  readonly bin: string;
  readonly entrypoint: readonly string[];
  readonly template: { readonly name: string; readonly version: string };
  /** SHA-256 (hex) of a folder's own files. */
  readonly tree?: string;
  readonly built: boolean;
  readonly settings?: ImageSettings;
  readonly packages: number;
}

const LOCK_FOLDER = '/opt/cc-mcp/lock';

export function keyOf({ source, base, ...request }: Omit<ImageRequest, 'resolve' | 'openLog' | 'tags' | 'owner'>, template: OpenedSource['template']): string {
  return resolutionKey({
    type: source.type, package: request.package, version: request.version, overrides: request.overrides, bin: request.bin ?? '',
    baseImage: base.canonical, baseDigest: base.digest, template: template.name, templateVersion: template.version, scripts: request.allowScripts,
    systemPackages: request.systemPackages, ...(request.asOf === undefined ? {} : { asOf: request.asOf }), ...(source.tree === undefined ? {} : { tree: source.tree }),
  });
}

/** What the record says, when the image is still there and its lock gives the same recipe. `locked`: the lock that it must have; else its own is read. */
export async function fromRecord(request: Omit<ImageRequest, 'resolve' | 'openLog' | 'tags'>, record: ImageRecord, template: OpenedSource['template'], signal?: AbortSignal, locked?: string): Promise<ServerImage | undefined> {
  const { engine, source } = request;
  const image = await engine.images.inspectImage(record.imageId, signal);
  if (image === undefined) return undefined;
  const content = locked ?? (await lockIn(request, record, signal));
  if (content === undefined) return undefined;
  const lock = source.parseLock(content, request.package, request.version);
  const recipe = recipeOf(request, template, record.entrypoint, lock);
  if (recipe !== record.recipe) return undefined;
  return {
    imageId: record.imageId, recipe, dependencies: lock.content, dependenciesKind: lock.kind, bin: record.bin, entrypoint: record.entrypoint, template, built: false,
    packages: record.packages, ...settingsOf(source, lock.content), ...(source.tree === undefined ? {} : { tree: source.tree }),
  };
}

/** A container has to be made for it, which takes as long as all the other questions together. */
async function lockIn({ engine, source, owner }: Pick<ImageRequest, 'engine' | 'source' | 'owner'>, { imageId, recipe }: ImageRecord, signal: AbortSignal | undefined): Promise<string | undefined> {
  const content = await engine.images.readImageFile(imageId, `${LOCK_FOLDER}/${source.lockKind}`, containerLabels({ ...owner, recipe }), signal);
  return content === undefined ? undefined : Buffer.from(content).toString('utf8');
}

/** What the lock of an image says of its containers. */
export function settingsOf(source: OpenedSource, lock: string): Pick<ServerImage, 'settings'> {
  return source.settings === undefined ? {} : { settings: source.settings(lock) };
}

export function recipeOf({ base, source, allowScripts, systemPackages }: Pick<ImageRequest, 'base' | 'source' | 'allowScripts' | 'systemPackages'>, template: OpenedSource['template'], entrypoint: readonly string[], lock: DependencyLock): string {
  return recipeHash({
    template: template.name, templateVersion: template.version, baseImage: base.canonical, baseDigest: base.digest, systemPackages, entrypoint,
    dependencyLock: sha256(lock.content), scripts: allowScripts, ...(source.tree === undefined ? {} : { tree: source.tree }),
  });
}
