import { CcMcpError } from '../../domain/errors.ts';
import type { ImageId } from '../../domain/container-engine.ts';
import type { BuildInput, DependencyLock, Executable, OpenedSource, ResolvedPackage } from '../../domain/source.ts';
import type { ConnectedEngine } from '../ports.ts';
import { reportStep } from '../report-step.ts';
import { recipeOf, settingsOf } from './image-request.ts';
import type { ImagePorts, ImageRequest, ServerImage } from './image-request.ts';

export interface LockedTree {
  readonly resolved: Pick<ResolvedPackage, 'package' | 'version'>;
  readonly lock: DependencyLock;
  readonly executable: Executable;
  readonly packages: number;
  readonly template: OpenedSource['template'];
}

/** From a lock to an image. `expected`: the recipe that it must give; anything else is refused before something is built. */
export async function buildLocked(ports: ImagePorts, request: Omit<ImageRequest, 'resolve'>, tree: LockedTree, log: ReturnType<ImageRequest['openLog']>, signal?: AbortSignal, expected?: string): Promise<ServerImage> {
  const { source, base } = request;
  const { lock, executable, packages, template } = tree;
  await source.pullImages?.(lock.content, signal);
  const input = source.buildInput({ resolved: tree.resolved, lock, executable, allowScripts: request.allowScripts, systemPackages: request.systemPackages, templateVersion: template.version });
  const recipe = recipeOf(request, template, input.entrypoint, lock);
  if (expected !== undefined && recipe !== expected) {
    throw new CcMcpError('LOCK_INVALID', `The lock of ${request.owner.server} names another recipe than follows from what it says`, {
      suggestions: ['Restore mcp.lock.json and mcp.lock.d from version control', `or remove its entry and type: cc-mcp install ${source.type}:${request.package}`], details: { recipe, expected },
    });
  }
  const imageId = await logged(ports, log, 'build', 'Building Docker image', () => `Built ${packages} packages into an image`, (onLine) =>
    buildStages(ports, request, input, { BASE_IMAGE: base.reference, CC_MCP_RECIPE: recipe, CC_MCP_VERSION: ports.version }, onLine, signal));
  return {
    imageId, recipe, dependencies: lock.content, dependenciesKind: lock.kind, bin: executable.name, entrypoint: input.entrypoint, template, built: true, packages,
    ...settingsOf(source, lock.content),
    ...(source.tree === undefined ? {} : { tree: source.tree }),
  };
}

/** What runs code of the packages is a build of its own, because no builder but the newest knows a step without network. */
async function buildStages(ports: ImagePorts, request: Omit<ImageRequest, 'resolve'>, input: BuildInput, ours: Readonly<Record<string, string>>, onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId> {
  const { engine, source, tags: [shownTag, ownTag] } = request;
  // The user's tag comes with the image itself: what takes an interrupted installation back finds the image by it.
  const tags = [ownTag, shownTag];
  // The Dockerfile sets our labels in every stage; labels of the request would be two more layers.
  const files = [...input.files, ...((await input.fetch?.(request.base.reference, onLine, signal)) ?? [])];
  const builder = input.classic === undefined ? {} : { classic: input.classic };
  const fetched = await buildImage(request, {
    ...builder, ...(input.dockerfile === undefined ? {} : { dockerfile: input.dockerfile }), files, tags: input.offline === undefined ? tags : [ownTag], labels: {},
    ...(input.ownSteps === undefined ? {
      network: source.network() === 'host' ? 'host' : ports.buildEnvironment.network, buildArguments: { ...ports.buildEnvironment.buildArguments, ...input.buildArguments, ...ours },
    } : { network: input.ownSteps.network, buildArguments: { ...proxiesFor(input.ownSteps, ports.buildEnvironment), ...input.buildArguments } }),
  }, onLine, signal);
  if (input.offline === undefined) return fetched;
  try {
    return await buildImage(request, {
      ...builder, files: input.offline.files, tags, labels: {}, network: 'none', buildArguments: { ...input.offline.buildArguments, ...ours, FETCHED_IMAGE: ownTag },
    }, onLine, signal);
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'BUILD_FAILED') throw error;
    const offline = 'Lifecycle scripts run without network: look whether one wants to download something';
    throw new CcMcpError('BUILD_FAILED', error.message, { suggestions: [...error.suggestions, offline], details: error.details, cause: error });
  } finally {
    await engine.images.removeImage(fetched);
  }
}

/** A password of the user's proxy is not for a stranger's steps. */
function proxiesFor({ network }: NonNullable<BuildInput['ownSteps']>, { buildArguments }: ImagePorts['buildEnvironment']): Readonly<Record<string, string>> {
  return network === 'none' ? {} : Object.fromEntries(Object.entries(buildArguments).filter(([, value]) => !value.includes('@')));
}

async function buildImage({ engine, source }: Pick<ImageRequest, 'engine' | 'source'>, build: Parameters<ConnectedEngine['images']['build']>[0], onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId> {
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

/** One step of the making, with all that is said meanwhile in the log. */
export async function logged<T>(ports: ImagePorts, log: ReturnType<ImageRequest['openLog']>, step: 'lock' | 'build', label: string, done: (result: T) => string, work: (onLine: (line: string) => void) => Promise<T>): Promise<T> {
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
