import { CcMcpError } from '../../domain/errors.ts';
import type { ImageId } from '../../domain/container-engine.ts';
import { containerLabels } from '../../domain/container-labels.ts';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import { sha256 } from '../../domain/fingerprint.ts';
import { recipeHash, resolutionKey } from '../../domain/recipe.ts';
import type { BuildInput, DependencyLock, Executable, PackageSource, ResolvedPackage } from '../../domain/source.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { reportStep } from '../report-step.ts';
import type { BaseImage } from './base-image.ts';
import { readRecords, writeRecord } from './image-record.ts';
import type { ImageRecord } from './image-record.ts';
import { checkTag } from './image-tags.ts';

export interface ImageRequest {
  readonly engine: ConnectedEngine;
  readonly source: PackageSource;
  readonly package: string;
  readonly version: string;
  /** Known already, or looked up when the image is not there yet. */
  readonly resolve: () => Promise<ResolvedPackage>;
  readonly base: BaseImage;
  readonly overrides: readonly string[];
  readonly bin: string | undefined;
  readonly allowScripts: boolean;
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
  readonly built: boolean;
  readonly packages: number;
}

/** Resolutions are asked anew after a week: an old tree misses the fixes of its dependencies. */
const RECORD_AGE = 7 * 24 * 60 * 60 * 1000;
const LOCK_FOLDER = '/opt/cc-mcp/lock';

/** The image of one exact package: an existing one of the same recipe, else resolved, locked and built. */
export async function serverImage(ports: ImagePorts, request: ImageRequest, signal?: AbortSignal): Promise<ServerImage> {
  const { engine, source, base } = request;
  await checkTag(engine, request.tags[0], signal);
  const template = source.template;
  const key = resolutionKey({
    type: source.type, package: request.package, version: request.version, overrides: request.overrides, bin: request.bin ?? '',
    baseImage: base.canonical, baseDigest: base.digest, template: template.name, templateVersion: template.version, scripts: request.allowScripts,
  });
  const young = (await readRecords(engine, key, signal)).filter(({ createdAt }) => ports.clock.now() - createdAt < RECORD_AGE);
  for (const record of young) {
    const known = await fromRecord(request, record, template, signal);
    if (known !== undefined) {
      for (const tag of request.tags) await engine.images.tag(known.imageId, tag, signal);
      return known;
    }
  }
  const image = await lockAndBuild(ports, request, template, signal);
  await writeRecord(engine, key, image, { version: ports.version, token: ports.newToken() }, signal);
  return image;
}

/** What the record says, when the image is still there and its own lock gives the same recipe. */
async function fromRecord(request: ImageRequest, record: ImageRecord, template: PackageSource['template'], signal?: AbortSignal): Promise<ServerImage | undefined> {
  const { engine, source, base } = request;
  const image = await engine.images.inspectImage(record.imageId, signal);
  if (image === undefined) return undefined;
  const content = await engine.images.readImageFile(record.imageId, `${LOCK_FOLDER}/${source.lockKind}`, containerLabels({ ...request.owner, recipe: record.recipe }), signal);
  if (content === undefined) return undefined;
  const lock = source.parseLock(Buffer.from(content).toString('utf8'), request.package, request.version);
  const recipe = recipeOf(base, template, record.entrypoint, lock, request.allowScripts);
  if (recipe !== record.recipe) return undefined;
  return {
    imageId: record.imageId, recipe, dependencies: lock.content, dependenciesKind: lock.kind, bin: record.bin, entrypoint: record.entrypoint, template, built: false,
    packages: record.packages,
  };
}

function recipeOf(base: BaseImage, template: PackageSource['template'], entrypoint: readonly string[], lock: DependencyLock, scripts: boolean): string {
  return recipeHash({
    template: template.name, templateVersion: template.version, baseImage: base.canonical, baseDigest: base.digest, systemPackages: [], entrypoint,
    dependencyLock: sha256(lock.content), scripts,
  });
}

async function lockAndBuild(ports: ImagePorts, request: ImageRequest, template: PackageSource['template'], signal?: AbortSignal): Promise<ServerImage> {
  const { source, base } = request;
  const resolved = await request.resolve();
  const log = request.openLog();
  const label = `Downloading ${request.package}`;
  const locked = await logged(ports, log, 'lock', label, () => `Resolved ${request.package} ${request.version}`, (onLine) =>
    source.lock({ resolved, overrides: request.overrides, baseImage: base.reference, allowScripts: request.allowScripts }, onLine, signal));
  const executable = await chooseExecutable(ports, request, locked.executables.length > 0 ? locked.executables : resolved.executables);
  const input = source.buildInput({ resolved, lock: locked.lock, executable, allowScripts: request.allowScripts });
  const recipe = recipeOf(base, template, input.entrypoint, locked.lock, request.allowScripts);
  const imageId = await logged(ports, log, 'build', 'Building Docker image', () => `Built ${locked.packages} packages into an image`, (onLine) =>
    buildStages(ports, request, input, { BASE_IMAGE: base.reference, CC_MCP_RECIPE: recipe, CC_MCP_VERSION: ports.version }, onLine, signal));
  return {
    imageId, recipe, dependencies: locked.lock.content, dependenciesKind: locked.lock.kind, bin: executable.name, entrypoint: input.entrypoint, template, built: true,
    packages: locked.packages,
  };
}

/** What runs code of the packages is a build of its own, because no builder but the newest knows a step without network. */
async function buildStages(ports: ImagePorts, request: ImageRequest, input: BuildInput, ours: Readonly<Record<string, string>>, onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId> {
  const { engine, source, tags: [shownTag, ownTag] } = request;
  // The user's tag comes with the image itself: what takes an interrupted installation back finds the image by it.
  const tags = [ownTag, shownTag];
  // The Dockerfile sets our labels in every stage; labels of the request would be two more layers.
  const fetched = await buildImage(request, {
    files: input.files, tags: input.offline === undefined ? tags : [ownTag], labels: {}, network: source.network() === 'host' ? 'host' : ports.buildEnvironment.network,
    buildArguments: { ...ports.buildEnvironment.buildArguments, ...input.buildArguments, ...ours },
  }, onLine, signal);
  if (input.offline === undefined) return fetched;
  try {
    return await buildImage(request, {
      files: input.offline.files, tags, labels: {}, network: 'none', buildArguments: { ...input.offline.buildArguments, ...ours, FETCHED_IMAGE: ownTag },
    }, onLine, signal);
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'BUILD_FAILED') throw error;
    const offline = 'Lifecycle scripts run without network: look whether one wants to download something';
    throw new CcMcpError('BUILD_FAILED', error.message, { suggestions: [...error.suggestions, offline], details: error.details, cause: error });
  } finally {
    await engine.images.removeImage(fetched);
  }
}

async function buildImage({ engine, source }: ImageRequest, build: Parameters<ConnectedEngine['images']['build']>[0], onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId> {
  try {
    return await engine.images.build(build, onLine, signal);
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'BUILD_FAILED') throw error;
    const log = error.details['log'];
    const diagnosis = source.diagnoseBuild(Array.isArray(log) ? log.map(String) : []);
    if (diagnosis === undefined) throw error;
    throw new CcMcpError('BUILD_FAILED', diagnosis, { suggestions: error.suggestions, details: error.details, cause: error });
  }
}

/** The one that was asked for, the only one, the one named like the package; else the user says which. */
async function chooseExecutable(ports: ImagePorts, request: ImageRequest, executables: readonly Executable[]): Promise<Executable> {
  const names = executables.map(({ name }) => name);
  if (executables.length === 0) {
    throw new CcMcpError('INVALID_REFERENCE', `${request.source.type}:${request.package} has no executable, so it is not a server that can be started`, {
      suggestions: [`Look at its page for the package that has one, or cc-mcp search ${request.package}`],
    });
  }
  if (request.bin !== undefined) {
    const asked = executables.find(({ name }) => name === request.bin);
    if (asked !== undefined) return asked;
    throw new CcMcpError('INVALID_VALUE', `${request.package} has no executable "${request.bin}"; it has ${names.join(', ')}`, { suggestions: names.map((name) => `--bin ${name}`) });
  }
  const [only] = executables;
  if (executables.length === 1 && only !== undefined) return only;
  const last = request.package.split('/').at(-1);
  const named = executables.find(({ name }) => name === last);
  if (named !== undefined) return named;
  const chosen = await ports.consent.choose(`${request.package} has several executables: which one is the server?`, names, '--bin');
  return executables.find(({ name }) => name === chosen) ?? Promise.reject(new CcMcpError('INVALID_VALUE', `${request.package} has no executable "${chosen}"`));
}

/** One step of the making, with all that is said meanwhile in the log. */
async function logged<T>(ports: ImagePorts, log: ReturnType<ImageRequest['openLog']>, step: 'lock' | 'build', label: string, done: (result: T) => string, work: (onLine: (line: string) => void) => Promise<T>): Promise<T> {
  const onLine = (line: string): void => {
    log.line(line);
    ports.progress.report({ type: 'step-output', step, line });
  };
  try {
    return await reportStep(ports, { step, label, done }, () => work(onLine));
  } catch (error) {
    if (!(error instanceof CcMcpError) || !('log' in error.details)) throw error;
    throw new CcMcpError(error.code, error.message, { suggestions: [...error.suggestions, `All of its output: ${log.path}`], details: error.details, cause: error });
  }
}
