import type {
  ArchiveFile, Attachment, AttachOptions, BuildRequest, CachedStep, ContainerDetails, ContainerEngine, ContainerId, ContainerLogLine, ContainerSpec, ContainerSummary, EngineAddress, EngineInfo,
  ExitStatus, ImageDetails, ImageEngine, ImageId, Labels, LocalhostLink, NetworkDetails, NetworkSpec, OpenLink, Service, Usage, VolumeDetails,
} from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { readFile, writeFiles } from './archive.ts';
import { listBuildCache, removeBuildCache } from './build-cache.ts';
import { type Builder, buildImage } from './build-image.ts';
import { builderOf } from './builder-of.ts';
import { createBody } from './create-body.ts';
import { CONTROL_DEADLINE } from './deadline.ts';
import { createUnstarted, imageHistory, inspectImage, listImages, removeImage, tagImage } from './docker-images.ts';
import { connectNetwork, createNetwork, inspectNetwork, listNetworks, removeNetwork } from './docker-networks.ts';
import { createVolume, inspectVolume, listVolumes, removeVolume } from './docker-volumes.ts';
import { DockerodeConnection } from './dockerode-connection.ts';
import { EngineCaller } from './engine-caller.ts';
import { EngineHttp } from './engine-http.ts';
import { engineInfo } from './engine-info.ts';
import { execCommand } from './exec-command.ts';
import { inspectDetails } from './inspect-details.ts';
import { podmanBody } from './podman-body.ts';
import { podmanImage } from './podman-image.ts';
import { createInternalNetwork, inspectOwn, peersIn } from './podman-networks.ts';
import { refuseUnstartable } from './podman-refusals.ts';
import { podmanSettings } from './podman-settings.ts';
import { pullImage } from './pull-image.ts';
import type { RegistryCredentials } from './registry-credentials.ts';

export interface DockerMCPManagerOptions {
  readonly platform: 'linux' | 'darwin';
  /** Milliseconds that the engine may be silent. */
  readonly deadline?: number;
  /** Left out: the best that the engine has. */
  readonly builder?: Builder;
  /** Of the user, for the registry of an image that is pulled. */
  readonly credentials?: (image: string) => Promise<RegistryCredentials | undefined>;
}

/**
 * Builds images, and creates, starts and stops limited containers. Questions and orders go over plain HTTP, which `run` shares;
 * dockerode is loaded for pulls and exec.
 */
export class DockerMCPManager implements ContainerEngine, ImageEngine {
  readonly #engine: EngineCaller;
  readonly #sessions: EngineHttp;
  readonly #docker: DockerodeConnection;
  readonly #options: DockerMCPManagerOptions;
  /** An engine does not turn into another one. */
  #info: EngineInfo | undefined;

  constructor(address: EngineAddress, options: DockerMCPManagerOptions) {
    const deadline = options.deadline ?? CONTROL_DEADLINE;
    this.#engine = new EngineCaller(address, deadline);
    this.#sessions = new EngineHttp(address, deadline);
    this.#docker = new DockerodeConnection(this.#engine);
    this.#options = options;
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const [info, version] = await Promise.all(['info', 'version'].map((page) =>
      this.#engine.ask({ action: `read the engine's ${page}` }, { method: 'GET', path: `/${page}` }, signal)));
    return (this.#info = engineInfo(info, version, this.#options.platform));
  }

  async create(spec: ContainerSpec, signal?: AbortSignal): Promise<ContainerId> {
    const info = await this.#known(signal);
    if (info.kind === 'podman') await refuseUnstartable(spec, info, this.#engine.address);
    const peers = info.kind === 'podman' && spec.network.kind === 'named' ? await peersIn(this.#engine, spec.network.name, signal) : [];
    return this.#sessions.create(spec.name, this.createBody({ ...spec, extraHosts: [...spec.extraHosts, ...peers] }), signal);
  }

  createBody(spec: ContainerSpec): Readonly<Record<string, unknown>> {
    return this.#info?.kind === 'podman' ? podmanBody(spec, this.#info) : createBody(spec);
  }

  start(id: ContainerId, signal?: AbortSignal): Promise<void> {
    return this.#sessions.start(id, signal);
  }

  stop(id: ContainerId, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    return this.#sessions.stop(id, graceSeconds, signal);
  }

  kill(id: ContainerId, signal?: AbortSignal): Promise<void> {
    return this.#sessions.kill(id, signal);
  }

  remove(id: ContainerId, signal?: AbortSignal): Promise<void> {
    return this.#sessions.remove(id, signal);
  }

  wait(id: ContainerId, signal?: AbortSignal): Promise<ExitStatus> {
    return this.#sessions.wait(id, signal);
  }

  async inspect(id: string, signal?: AbortSignal): Promise<ContainerDetails | undefined> {
    const answer = await this.#engine.ask({ action: `inspect container ${id}` }, { method: 'GET', path: `/containers/${encodeURIComponent(id)}/json` }, signal, [404]);
    if (answer === undefined) return undefined;
    const details = inspectDetails(answer);
    if ((await this.#known(signal)).kind === 'docker') return details;
    return { ...details, settings: podmanSettings(details.settings, await inspectOwn(this.#engine, details.id, signal)) };
  }

  list(labels: Labels, signal?: AbortSignal): Promise<readonly ContainerSummary[]> {
    return this.#sessions.list(labels, signal);
  }

  attach(id: ContainerId, options: AttachOptions, signal?: AbortSignal): Promise<Attachment> {
    return this.#sessions.attach(id, options, signal);
  }

  update(id: ContainerId, limits: { readonly nanoCpus: number }, signal?: AbortSignal): Promise<void> {
    return this.#sessions.update(id, limits, signal);
  }

  usage(id: ContainerId, signal?: AbortSignal): Promise<Usage | undefined> {
    return this.#sessions.usage(id, signal);
  }

  exec(id: ContainerId, command: readonly string[], signal?: AbortSignal): Promise<{ readonly exitCode: number; readonly output: string }> {
    return execCommand(this.#docker, id, command, signal);
  }

  writeFiles(id: ContainerId, folder: string, files: readonly ArchiveFile[], signal?: AbortSignal): Promise<void> {
    return writeFiles(this.#engine, id, folder, files, signal);
  }

  readFile(id: ContainerId, path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return readFile(this.#engine, id, path, signal);
  }

  openLink(link: LocalhostLink, signal?: AbortSignal): Promise<OpenLink> {
    return this.#sessions.openLink(link, signal);
  }

  closeLink(name: string, signal?: AbortSignal): Promise<'closed' | 'in-use'> {
    return this.#sessions.closeLink(name, signal);
  }

  openService(service: Service, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void> {
    return this.#sessions.openService(service, body, signal);
  }

  closeService(name: string, signal?: AbortSignal): Promise<void> {
    return this.#sessions.closeService(name, signal);
  }

  async createNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<void> {
    const { kind } = await this.#known(signal);
    await (kind === 'podman' && spec.internal ? createInternalNetwork : createNetwork)(this.#engine, spec, signal);
  }

  inspectNetwork(name: string, signal?: AbortSignal): Promise<NetworkDetails | undefined> {
    return inspectNetwork(this.#engine, name, signal);
  }

  listNetworks(labels: Labels, signal?: AbortSignal): Promise<readonly NetworkDetails[]> {
    return listNetworks(this.#engine, labels, signal);
  }

  removeNetwork(name: string, signal?: AbortSignal): Promise<void> {
    return removeNetwork(this.#engine, name, signal);
  }

  connectNetwork(name: string, id: ContainerId, signal?: AbortSignal): Promise<void> {
    return connectNetwork(this.#engine, name, id, signal);
  }

  exits(id: ContainerId, between: { readonly since: number; readonly until: number }, signal?: AbortSignal): Promise<readonly ExitStatus[]> {
    return this.#sessions.exits(id, between, signal);
  }

  restarts(id: ContainerId, signal?: AbortSignal): Promise<number> {
    return this.#sessions.restarts(id, signal);
  }

  logs(id: ContainerId, options: { readonly since?: string; readonly tail?: number }, signal?: AbortSignal): Promise<readonly ContainerLogLine[] | undefined> {
    return this.#sessions.logs(id, options, signal);
  }

  createVolume(name: string, labels: Labels, signal?: AbortSignal): Promise<void> {
    return createVolume(this.#engine, name, labels, signal);
  }

  inspectVolume(name: string, signal?: AbortSignal): Promise<VolumeDetails | undefined> {
    return inspectVolume(this.#engine, name, signal);
  }

  listVolumes(labels: Labels, signal?: AbortSignal): Promise<readonly VolumeDetails[]> {
    return listVolumes(this.#engine, labels, signal);
  }

  removeVolume(name: string, signal?: AbortSignal): Promise<void> {
    return removeVolume(this.#engine, name, signal);
  }

  async inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetails | undefined> {
    const image = await inspectImage(this.#engine, reference, signal);
    return image !== undefined && (await this.#known(signal)).kind === 'podman' ? podmanImage(image) : image;
  }

  async listImages(labels: Labels, signal?: AbortSignal): Promise<readonly ImageDetails[]> {
    const images = await listImages(this.#engine, labels, signal);
    return (await this.#known(signal)).kind === 'podman' ? images.map(podmanImage) : images;
  }

  async pull(reference: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<void> {
    return pullImage(this.#docker, reference, await this.#options.credentials?.(reference), onLine, signal);
  }

  async build(request: BuildRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId> {
    const [first, ...others] = request.tags;
    const own = await builderOf(this.#engine, signal);
    const builder = own === 'podman' ? own : (this.#options.builder ?? (request.classic === true ? 'classic' : own));
    const id = (await buildImage(this.#engine, builder, request, onLine, signal)) ?? (first === undefined ? undefined : (await this.inspectImage(first, signal))?.id);
    if (id === undefined) throw new CcMcpError('ENGINE_FAILED', 'The engine built an image and did not say which');
    for (const tag of others) await this.tag(id, tag, signal);
    return id;
  }

  tag(id: ImageId, reference: string, signal?: AbortSignal): Promise<void> {
    return tagImage(this.#engine, id, reference, signal);
  }

  removeImage(reference: string, signal?: AbortSignal): Promise<'removed' | 'absent' | 'in-use'> {
    return removeImage(this.#engine, reference, signal);
  }

  listBuildCache(mark: string, signal?: AbortSignal): Promise<readonly CachedStep[]> {
    return listBuildCache(this.#engine, mark, signal);
  }

  removeBuildCache(ids: readonly string[], signal?: AbortSignal): Promise<number> {
    return removeBuildCache(this.#engine, ids, signal);
  }

  imageHistory(id: ImageId, signal?: AbortSignal): Promise<readonly string[]> {
    return imageHistory(this.#engine, id, signal);
  }

  async readImageFile(id: ImageId, path: string, labels: Labels, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const container = await createUnstarted(this.#engine, id, labels, signal);
    try {
      return await this.readFile(container, path, signal);
    } finally {
      await this.remove(container);
    }
  }

  async #known(signal: AbortSignal | undefined): Promise<EngineInfo> {
    return this.#info ?? this.info(signal);
  }
}
