import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import type {
  ArchiveFile, Attachment, AttachOptions, ContainerDetails, ContainerEngine, ContainerId, ContainerLogLine, ContainerSpec, ContainerSummary, EngineInfo, ExitStatus,
  Labels, LocalhostLink, OpenLink, Service, SessionEngine, Usage,
} from '../domain/container-engine.ts';
import { LABEL } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createBody } from './create-body.ts';
import { InMemoryContainer } from './in-memory-container.ts';
import { carries, type InMemoryImage, InMemoryImages } from './in-memory-image.ts';
import { InMemoryNetworks, InMemoryVolumes } from './in-memory-networks.ts';
import { inspectDetails } from './inspect-details.ts';
import { numberAt } from './json-fields.ts';
import type { Script, ScriptedProcess } from './scripted-container.ts';

export type { Script, ScriptedProcess };
export type ExecScript = (command: readonly string[], files: ReadonlyMap<string, Uint8Array>) => { readonly exitCode: number; readonly output: string };

export interface InMemoryEngineOptions {
  readonly images: readonly InMemoryImage[];
  /** By the image's reference. */
  readonly scripts: Readonly<Record<string, Script>>;
  readonly exec?: ExecScript;
  readonly clock?: Clock;
  readonly info?: Partial<EngineInfo>;
}

/** An engine without a machine: scripted processes behind the same ports, over one state. */
export function createInMemoryEngine(options: InMemoryEngineOptions): { readonly containers: ContainerEngine; readonly sessions: SessionEngine; readonly images: InMemoryImages } {
  const engine = new InMemoryEngine(options);
  return { containers: engine, sessions: engine.sessions(), images: engine.images };
}

const INFO: EngineInfo = {
  kind: 'docker', id: 'in-memory', version: '20.10.24', apiVersion: '1.41', cpus: 4, memoryBytes: 8 * 1024 ** 3, rootless: false, usernsRemap: false, virtualMachine: false,
  cgroupVersion: 2, cgroupDriver: 'systemd', seccomp: true, architecture: 'x86_64', operatingSystem: 'in memory', dataFolder: '/var/lib/docker',
};
/** As the engines have it. */
const LEAST_MEMORY = 6 * 1024 ** 2;

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

class InMemoryEngine implements ContainerEngine {
  readonly images: InMemoryImages;
  readonly #containers = new Map<ContainerId, InMemoryContainer>();
  readonly #networks: InMemoryNetworks;
  readonly #volumes: InMemoryVolumes;
  readonly #options: InMemoryEngineOptions;
  readonly #clock: Clock;
  readonly #info: EngineInfo;

  constructor(options: InMemoryEngineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? REAL_CLOCK;
    this.#info = { ...INFO, ...options.info };
    const all = (): InMemoryContainer[] => [...this.#containers.values()];
    this.images = new InMemoryImages(options.images, this.#clock.now(), (id) => all().some((container) => container.image.details.id === id));
    this.#networks = new InMemoryNetworks((name) => all().some((container) => container.isRunning && container.networkMode === name));
    this.#volumes = new InMemoryVolumes(this.#clock, (name) => all().some((container) => container.volumes.includes(name)));
  }

  /** The same containers through the port of sessions, whose `create` takes a body. */
  sessions(): SessionEngine {
    return {
      ping: async (signal) => signal?.throwIfAborted(),
      create: (name, body, signal) => this.#create(name, body, signal),
      state: async (id, signal) => (await this.inspect(id, signal))?.state,
      start: (id, signal) => this.start(id, signal),
      attach: (id, attachOptions, signal) => this.attach(id, attachOptions, signal),
      stop: (id, graceSeconds, signal) => this.stop(id, graceSeconds, signal),
      kill: (id, signal) => this.kill(id, signal),
      wait: (id, signal) => this.wait(id, signal),
      list: (labels, signal) => this.list(labels, signal),
      update: (id, limits, signal) => this.update(id, limits, signal),
      usage: (id, signal) => this.usage(id, signal),
      remove: (id, signal) => this.remove(id, signal),
      openLink: (link, signal) => this.openLink(link, signal),
      closeLink: (name, signal) => this.closeLink(name, signal),
      openService: (service, body, signal) => this.openService(service, body, signal),
      closeService: (name, signal) => this.closeService(name, signal),
      exits: (id, between, signal) => this.exits(id, between, signal),
      restarts: (id, signal) => this.restarts(id, signal),
      logs: (id, options, signal) => this.logs(id, options, signal),
    };
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    signal?.throwIfAborted();
    return this.#info;
  }

  create(spec: ContainerSpec, signal?: AbortSignal): Promise<ContainerId> {
    return this.#create(spec.name, createBody(spec), signal);
  }

  createBody(spec: ContainerSpec): Readonly<Record<string, unknown>> {
    return createBody(spec);
  }

  async start(id: ContainerId, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const container = this.#get(id, 'start');
    if (!/^(?:none$|bridge$|container:)/.test(container.networkMode)) this.#networks.mustExist(container.networkMode);
    const script = this.#options.scripts[container.image.reference];
    if (script === undefined) throw new CcMcpError('INVALID_VALUE', `Could not start container ${id.slice(0, 12)}: there is no script for ${container.image.reference}`);
    container.start(script);
  }

  async stop(id: ContainerId, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#containers.get(id)?.stop(graceSeconds * 1000, signal);
  }

  async kill(id: ContainerId, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#containers.get(id)?.kill();
  }

  async remove(id: ContainerId, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#containers.get(id)?.kill();
    this.#containers.delete(id);
  }

  async wait(id: ContainerId, signal?: AbortSignal): Promise<ExitStatus> {
    signal?.throwIfAborted();
    return this.#get(id, 'wait for').wait(signal);
  }

  async inspect(id: string, signal?: AbortSignal): Promise<ContainerDetails | undefined> {
    signal?.throwIfAborted();
    const container = this.#containers.get(id as ContainerId) ?? [...this.#containers.values()].find(({ name }) => name === id);
    return container === undefined ? undefined : inspectDetails(container.inspection());
  }

  async list(labels: Labels, signal?: AbortSignal): Promise<readonly ContainerSummary[]> {
    signal?.throwIfAborted();
    return [...this.#containers.values()].filter((container) => carries(container.labels, labels)).map((container) => {
      const { state: _state, settings: _settings, ...summary } = inspectDetails(container.inspection());
      return summary;
    });
  }

  async attach(id: ContainerId, options: AttachOptions, signal?: AbortSignal): Promise<Attachment> {
    signal?.throwIfAborted();
    return this.#get(id, 'attach to').attach(options);
  }

  async update(id: ContainerId, limits: { readonly nanoCpus: number }, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#checkCpus(limits.nanoCpus);
    this.#get(id, 'change the CPUs of').nanoCpus = limits.nanoCpus;
  }

  async usage(id: ContainerId, signal?: AbortSignal): Promise<Usage | undefined> {
    signal?.throwIfAborted();
    return this.#containers.get(id)?.usage();
  }

  async exec(id: ContainerId, command: readonly string[], signal?: AbortSignal): Promise<{ readonly exitCode: number; readonly output: string }> {
    signal?.throwIfAborted();
    const container = this.#get(id, 'run a command in');
    if (!container.isRunning) throw new CcMcpError('CONFLICT', `Could not run ${command[0] ?? 'a command'} in container ${id.slice(0, 12)}: it is not running`);
    return this.#options.exec?.(command, container.files) ?? { exitCode: 127, output: `${command[0] ?? ''}: not found` };
  }

  async writeFiles(id: ContainerId, folder: string, files: readonly ArchiveFile[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#get(id, 'write files into').writeFiles(folder, files);
  }

  async readFile(id: ContainerId, path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted();
    return this.#containers.get(id)?.files.get(path);
  }

  createNetwork: ContainerEngine['createNetwork'] = async (spec, signal) => this.#networks.create(spec, signal);
  inspectNetwork: ContainerEngine['inspectNetwork'] = async (name, signal) => this.#networks.inspect(name, signal);
  listNetworks: ContainerEngine['listNetworks'] = async (labels, signal) => this.#networks.list(labels, signal);
  removeNetwork: ContainerEngine['removeNetwork'] = async (name, signal) => this.#networks.remove(name, signal);
  connectNetwork: ContainerEngine['connectNetwork'] = async (name, id, signal) => {
    signal?.throwIfAborted();
    this.#networks.mustExist(name);
    this.#get(id, 'connect');
  };
  createVolume: ContainerEngine['createVolume'] = async (name, labels, signal) => this.#volumes.create(name, labels, signal);
  inspectVolume: ContainerEngine['inspectVolume'] = async (name, signal) => this.#volumes.inspect(name, signal);
  listVolumes: ContainerEngine['listVolumes'] = async (labels, signal) => this.#volumes.list(labels, signal);
  removeVolume: ContainerEngine['removeVolume'] = async (name, signal) => this.#volumes.remove(name, signal);

  /** Its containers run for ever, and carry nothing. */
  async openLink(link: LocalhostLink, signal?: AbortSignal): Promise<OpenLink> {
    if (this.#networks.inspect(link.name, signal) === undefined) this.#networks.create({ name: link.name, labels: link.labels, internal: true }, signal);
    this.#volumes.create(link.name, link.labels, signal);
    for (const spec of [link.forwarder, link.gateway]) {
      const there = await this.inspect(spec.name, signal);
      if (there?.state.status === 'running') continue;
      if (there !== undefined) await this.remove(there.id, signal);
      this.#get(await this.create(spec, signal), 'start').start(() => new Promise(() => {}));
    }
    return { nameServer: '172.18.0.254' };
  }

  async closeLink(name: string, signal?: AbortSignal): Promise<'closed' | 'in-use'> {
    const ours = await this.list({ [LABEL.link]: name }, signal);
    const others = [...this.#containers.values()].filter((container) => container.isRunning && container.networkMode === name && !ours.some(({ id }) => id === container.id));
    if (others.length > 0) return 'in-use';
    for (const { id } of ours) await this.remove(id, signal);
    this.#networks.remove(name, signal);
    this.#volumes.remove(name, signal);
    return 'closed';
  }

  /** Its containers run for ever, and nobody answers at its port. */
  async openService(service: Service, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void> {
    if (service.network.kind === 'own' && this.#networks.inspect(service.name, signal) === undefined) this.#networks.create({ name: service.name, labels: service.labels, internal: service.network.isolated }, signal);
    const ids = [await this.#create(service.name, body, signal), await this.create(service.front, signal)];
    for (const id of ids) this.#get(id, 'start').start(() => new Promise(() => {}));
  }

  async closeService(name: string, signal?: AbortSignal): Promise<void> {
    for (const { id } of await this.list({ [LABEL.service]: name }, signal)) await this.remove(id, signal);
    this.#networks.remove(name, signal);
  }

  /** Nothing here is started again. */
  async exits(_id: ContainerId, _between: object, signal?: AbortSignal): Promise<readonly ExitStatus[]> {
    signal?.throwIfAborted();
    return [];
  }

  async restarts(_id: ContainerId, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    return 0;
  }

  async logs(id: ContainerId, _options: object, signal?: AbortSignal): Promise<readonly ContainerLogLine[] | undefined> {
    signal?.throwIfAborted();
    return this.#containers.has(id) ? [] : undefined;
  }

  async #create(name: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): Promise<ContainerId> {
    signal?.throwIfAborted();
    const reference = typeof body['Image'] === 'string' ? body['Image'] : '';
    const image = this.images.find(reference);
    if (image === undefined) throw new CcMcpError('IMAGE_MISSING', `Could not create container ${name}: No such image: ${reference}`);
    if ([...this.#containers.values()].some((container) => container.name === name)) {
      throw new CcMcpError('CONFLICT', `Could not create container ${name}: the name is already in use`);
    }
    const memory = numberAt(body, 'HostConfig', 'Memory');
    if (memory !== 0 && memory < LEAST_MEMORY) throw new CcMcpError('INVALID_VALUE', `Could not create container ${name}: the minimum memory limit is 6MB`);
    this.#checkCpus(numberAt(body, 'HostConfig', 'NanoCpus'));
    const container = new InMemoryContainer(name, body, image, this.#clock);
    this.#containers.set(container.id, container);
    return container.id;
  }

  #get(id: ContainerId, action: string): InMemoryContainer {
    const container = this.#containers.get(id);
    if (container === undefined) throw new CcMcpError('CONFLICT', `Could not ${action} container ${id.slice(0, 12)}: no such container: ${id}`);
    return container;
  }

  #checkCpus(nanoCpus: number): void {
    if (nanoCpus > this.#info.cpus * 1e9) throw new CcMcpError('INVALID_VALUE', `There are only ${this.#info.cpus} CPUs`);
  }
}
