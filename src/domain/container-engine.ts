import type { Readable, Writable } from 'node:stream';

/*
 * The engine in our own words, as three ports by who needs them: the lifecycle of containers (gate, servers), images and
 * builds (install), sessions (`run`). No library type stands in a signature, every call takes an AbortSignal, and every
 * implementation ends each control call by a deadline of its own with `ENGINE_UNREACHABLE`.
 */

export type ContainerId = string & { readonly __brand: 'ContainerId' };
/** `sha256:…` of an image's configuration, as the engine reports it. */
export type ImageId = string & { readonly __brand: 'ImageId' };

export const LABEL = {
  home: 'io.cc-mcp.home',
  manifest: 'io.cc-mcp.manifest',
  server: 'io.cc-mcp.server',
  token: 'io.cc-mcp.token',
  recipe: 'io.cc-mcp.recipe',
  version: 'io.cc-mcp.version',
  link: 'io.cc-mcp.link',
  service: 'io.cc-mcp.service',
} as const;
/** Every label key of ours; each is set on each container, because an image hands its own labels down. */
export type Labels = Readonly<Record<string, string>>;

export interface EngineInfo {
  readonly kind: 'docker' | 'podman';
  readonly id: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
  readonly usernsRemap: boolean;
  /** Docker Desktop, Colima, OrbStack and others that run the engine in a VM. */
  readonly virtualMachine: boolean;
  readonly cgroupVersion: 1 | 2;
  readonly cgroupDriver: string;
  readonly seccomp: boolean;
  readonly architecture: string;
  readonly operatingSystem: string;
  /** The engine's own data folder on its host, for the refused paths. */
  readonly dataFolder: string;
}

export type Mount =
  | { readonly kind: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean }
  | { readonly kind: 'volume'; readonly name: string; readonly target: string; readonly readOnly: boolean };

export type NetworkMode = { readonly kind: 'none' } | { readonly kind: 'bridge' } | { readonly kind: 'named'; readonly name: string };

/** `container`: that of another one, with its names and name servers. */
export type ContainerNetwork = NetworkMode | { readonly kind: 'container'; readonly id: ContainerId };

/** A container to create. The adapter adds nothing to it but the engine's spelling. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Labels;
  /** Numeric `uid:gid`; a bare uid would keep gid 0. */
  readonly user: string;
  readonly workingDirectory?: string;
  readonly mounts: readonly Mount[];
  /** Target → mount options, each with a size. */
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly network: ContainerNetwork;
  /** Its further names on a named network. */
  readonly aliases?: readonly string[];
  /** Whom the engine's own resolver asks for names that it does not know. */
  readonly nameServers?: readonly string[];
  readonly extraHosts: readonly string[];
  readonly memoryBytes: number;
  /** 10⁹ per CPU; null: all of them (a standby's boost). */
  readonly nanoCpus: number | null;
  readonly pids: number;
  readonly readOnlyRoot: boolean;
  readonly capAdd: readonly string[];
  /** Besides `no-new-privileges`, which is always set. */
  readonly securityOptions: readonly string[];
  readonly stdin: boolean;
  readonly logDriver: 'none' | 'local';
  /** The engine starts it again when it ends by itself, and after a start of its own. */
  readonly restart?: 'unless-stopped';
  /** One port of it on this machine's loopback. */
  readonly publish?: { readonly port: number; readonly outerPort: number };
}

/** What the engine says of a container, as a state of its life. */
export type ContainerState =
  | { readonly status: 'created' }
  | { readonly status: 'running'; readonly startedAt: string; readonly pid: number; readonly paused: boolean }
  | { readonly status: 'exited'; readonly exitCode: number; readonly oomKilled: boolean; readonly finishedAt: string; readonly error: string };

export interface ContainerSummary {
  readonly id: ContainerId;
  readonly name: string;
  readonly imageId: ImageId;
  readonly labels: Labels;
  readonly running: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface ContainerDetails extends ContainerSummary {
  readonly state: ContainerState;
  /** The effective settings, in our words. */
  readonly settings: EffectiveSettings;
}

export interface EffectiveSettings {
  readonly user: string;
  readonly readOnlyRoot: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOptions: readonly string[];
  readonly privileged: boolean;
  readonly memoryBytes: number;
  readonly memorySwapBytes: number;
  readonly nanoCpus: number;
  readonly pids: number;
  readonly networkMode: string;
  readonly networks: readonly string[];
  readonly ipcMode: string;
  readonly pidMode: string;
  readonly logDriver: string;
  readonly init: boolean;
  readonly healthcheck: readonly string[];
  readonly environment: readonly string[];
  readonly mounts: readonly { readonly type: string; readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly publishedPorts: readonly string[];
}

export interface ExitStatus {
  readonly exitCode: number;
  readonly oomKilled: boolean;
}

/** One attached client. Disposing it closes the connection, never the container. */
export interface Attachment extends AsyncDisposable {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface Usage {
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  /** Nanoseconds of CPU since start; two samples give a percentage. */
  readonly cpuNanoseconds: number;
  readonly pids: number;
}

export interface NetworkSpec {
  readonly name: string;
  readonly labels: Labels;
  /** Without a route, and without an address of the host in it. */
  readonly internal: boolean;
  /** `10.1.2.0/24`; left out: the engine's choice. One that another network has is CONFLICT. */
  readonly subnet?: string;
}

export interface NetworkDetails {
  readonly name: string;
  readonly id: string;
  readonly internal: boolean;
  readonly labels: Labels;
  readonly gateways: readonly string[];
  readonly subnets: readonly string[];
}

export interface VolumeDetails {
  readonly name: string;
  readonly labels: Labels;
  readonly createdAt: number;
}

/**
 * One file of a tar stream, held in memory. A path that ends in `/` is a folder, `./` the one that all others lie in. `mode` is
 * octal, 0o644 (of a folder 0o755) when absent.
 */
export interface ArchiveFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode?: number;
  /** Its uid, and gid; root when absent. */
  readonly owner?: number;
}

export interface ContainerEngine extends LinkEngine, ServiceEngine {
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** A name that is taken is `CONFLICT`; an image that is not there is `IMAGE_MISSING`. */
  create(spec: ContainerSpec, signal?: AbortSignal): Promise<ContainerId>;
  /** The same as the engine's own request body, for `run`'s recipe. */
  createBody(spec: ContainerSpec): Readonly<Record<string, unknown>>;
  start(id: ContainerId, signal?: AbortSignal): Promise<void>;
  /** Stopped or gone is success: both are what was wanted. */
  stop(id: ContainerId, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  kill(id: ContainerId, signal?: AbortSignal): Promise<void>;
  /** Forced; its anonymous volumes go with it. Gone already is success. */
  remove(id: ContainerId, signal?: AbortSignal): Promise<void>;
  /** Resolves when the container has stopped; no deadline but the signal. */
  wait(id: ContainerId, signal?: AbortSignal): Promise<ExitStatus>;
  inspect(id: string, signal?: AbortSignal): Promise<ContainerDetails | undefined>;
  /** All containers, stopped ones too, that carry every one of these labels (an empty value: the key alone). */
  list(labels: Labels, signal?: AbortSignal): Promise<readonly ContainerSummary[]>;
  attach(id: ContainerId, options: AttachOptions, signal?: AbortSignal): Promise<Attachment>;
  update(id: ContainerId, limits: { readonly nanoCpus: number }, signal?: AbortSignal): Promise<void>;
  /** One sample; undefined when the container does not run. Reads the cgroup where it is readable, else asks the engine. */
  usage(id: ContainerId, signal?: AbortSignal): Promise<Usage | undefined>;
  exec(id: ContainerId, command: readonly string[], signal?: AbortSignal): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Puts files below an existing folder of a container that need not run. */
  writeFiles(id: ContainerId, folder: string, files: readonly ArchiveFile[], signal?: AbortSignal): Promise<void>;
  /** One file's content, or undefined when there is none. */
  readFile(id: ContainerId, path: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  createNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<void>;
  inspectNetwork(name: string, signal?: AbortSignal): Promise<NetworkDetails | undefined>;
  listNetworks(labels: Labels, signal?: AbortSignal): Promise<readonly NetworkDetails[]>;
  removeNetwork(name: string, signal?: AbortSignal): Promise<void>;
  /** Puts a container that does not run yet on one network more. */
  connectNetwork(name: string, id: ContainerId, signal?: AbortSignal): Promise<void>;
  /** An existing volume of this name with other labels is `CONFLICT`: it is not ours. */
  createVolume(name: string, labels: Labels, signal?: AbortSignal): Promise<void>;
  inspectVolume(name: string, signal?: AbortSignal): Promise<VolumeDetails | undefined>;
  listVolumes(labels: Labels, signal?: AbortSignal): Promise<readonly VolumeDetails[]>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;
}

export interface ImageDetails {
  readonly id: ImageId;
  readonly tags: readonly string[];
  /** `name@sha256:…`, empty for an image that was never pulled or pushed. */
  readonly digests: readonly string[];
  readonly labels: Labels;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly volumes: readonly string[];
  readonly workingDirectory: string;
  /** What a build on it would run first: `ONBUILD`. */
  readonly triggers: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly architecture: string;
}

export interface BuildRequest {
  /** The whole context, `Dockerfile` at its root unless `dockerfile` names another of them. */
  readonly files: readonly ArchiveFile[];
  readonly dockerfile?: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** `host` where a proxy or a registry listens on this machine's loopback (Linux). */
  readonly network: 'default' | 'host' | 'none';
  /** With the classic builder, whose leavings carry our labels: a layer on an empty or a foreign image has no marked step above it. */
  readonly classic?: boolean;
}

/** What the engine keeps of a step of a build, so that the next one need not do it again. */
export interface CachedStep {
  readonly id: string;
  readonly sizeBytes: number;
}

/** Stands in the command of a step of each of our Dockerfiles: an engine's build cache has no labels. */
export const BUILD_MARK = 'io.cc-mcp';

export interface ImageEngine {
  inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetails | undefined>;
  listImages(labels: Labels, signal?: AbortSignal): Promise<readonly ImageDetails[]>;
  /** Fails with `SOURCE_UNREACHABLE` when the registry says no or nothing. */
  pull(reference: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<void>;
  /** Fails with `BUILD_FAILED`, the last 40 lines in `details.log`; leaves no container behind. */
  build(request: BuildRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<ImageId>;
  tag(id: ImageId, reference: string, signal?: AbortSignal): Promise<void>;
  /** By id: all tags. By tag: that tag, and the image when it was the last. `in-use` when a container needs it. */
  removeImage(reference: string, signal?: AbortSignal): Promise<'removed' | 'absent' | 'in-use'>;
  /** What builds with `mark` in a step's command left in the engine's build cache and nobody uses now. */
  listBuildCache(mark: string, signal?: AbortSignal): Promise<readonly CachedStep[]>;
  /** Bytes that this freed. What became part of something else meanwhile stays. */
  removeBuildCache(ids: readonly string[], signal?: AbortSignal): Promise<number>;
  imageHistory(id: ImageId, signal?: AbortSignal): Promise<readonly string[]>;
  /** One file of an image, without starting anything; undefined when there is none. The labels are those of the container that an engine needs for it. */
  readImageFile(id: ImageId, path: string, labels: Labels, signal?: AbortSignal): Promise<Uint8Array | undefined>;
}

/**
 * A server's way to ports of this machine's loopback: a network without a route, on which only the gateway stands beside the server,
 * and a forwarder in this machine's network; between the two a volume in memory with their sockets. Plain data: `run` makes it again
 * from its recipe.
 */
export interface LocalhostLink {
  /** Of its network and its volume. */
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly number[];
  readonly forwarder: ContainerSpec;
  readonly gateway: ContainerSpec;
}

/** What a container on a link's network must be told. */
export interface OpenLink {
  /** Address of the gateway, which knows no name: the engine's resolver asks it for what is not on the network. */
  readonly nameServer: string;
}

/** Links to this machine's loopback. Whoever opens or closes one sees to it that nobody else does so at the same time. */
export interface LinkEngine {
  /** Makes what of it is missing or has stopped; returns when it carries. What of it failed is taken away again. */
  openLink(link: LocalhostLink, signal?: AbortSignal): Promise<OpenLink>;
  /** Takes away all of it, also half of one. Gone already is success; nothing goes while another running container is on its network. */
  closeLink(name: string, signal?: AbortSignal): Promise<'closed' | 'in-use'>;
}

/** A server that stays up: its container, and the front, which alone stands beside it on its network and on a port of this machine. */
export interface Service {
  /** Of the server's container; that of its network, where it has one of its own. */
  readonly name: string;
  readonly labels: Labels;
  /** Own and isolated: without a route, and without names. */
  readonly network: { readonly kind: 'own'; readonly isolated: boolean } | { readonly kind: 'named'; readonly name: string };
  /** Its name for the front. */
  readonly alias: string;
  readonly front: ContainerSpec;
}

export interface ServiceEngine {
  /**
   * Makes it and starts it; what of it failed is taken away again. `body`: `ContainerEngine.createBody`'s for the server, whose network
   * is filled in here. A port of this machine that somebody else has is CONFLICT.
   */
  openService(service: Service, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void>;
  /** Takes away all of it, also half of one. Gone already is success. */
  closeService(name: string, signal?: AbortSignal): Promise<void>;
  /** How a container that is started again by itself ended between two times (milliseconds since the epoch), oldest first, as far back as the engine remembers. */
  exits(id: ContainerId, between: { readonly since: number; readonly until: number }, signal?: AbortSignal): Promise<readonly ExitStatus[]>;
  /** How often the engine itself has started a container again since somebody did. */
  restarts(id: ContainerId, signal?: AbortSignal): Promise<number>;
  /** What a container wrote so far, oldest first, where its log driver keeps it. `since` itself is in it. Undefined: there is no such container. */
  logs(id: ContainerId, options: { readonly since?: string; readonly tail?: number }, signal?: AbortSignal): Promise<readonly ContainerLogLine[] | undefined>;
}

export interface ContainerLogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly text: string;
}

/** The few calls that `run` needs, so that its process loads no engine library. `body` is `ContainerEngine.createBody`'s. */
export interface SessionEngine extends LinkEngine, ServiceEngine {
  ping(signal?: AbortSignal): Promise<void>;
  create(name: string, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ContainerId>;
  start(id: ContainerId, signal?: AbortSignal): Promise<void>;
  attach(id: ContainerId, options: AttachOptions, signal?: AbortSignal): Promise<Attachment>;
  stop(id: ContainerId, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  kill(id: ContainerId, signal?: AbortSignal): Promise<void>;
  wait(id: ContainerId, signal?: AbortSignal): Promise<ExitStatus>;
  /** Undefined: there is no such container. */
  state(id: ContainerId, signal?: AbortSignal): Promise<ContainerState | undefined>;
  list(labels: Labels, signal?: AbortSignal): Promise<readonly ContainerSummary[]>;
  update(id: ContainerId, limits: { readonly nanoCpus: number }, signal?: AbortSignal): Promise<void>;
  usage(id: ContainerId, signal?: AbortSignal): Promise<Usage | undefined>;
  remove(id: ContainerId, signal?: AbortSignal): Promise<void>;
}

/** Where an engine listens. Only a unix socket serves folders of this machine. `tls` names PEM files: a key is never copied. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } };

/** One way of finding an engine, and what came of it; `doctor` prints the list. */
export interface DiscoveryAttempt {
  readonly strategy: string;
  readonly outcome: 'won' | 'not-applicable' | 'failed' | 'not-tried';
  readonly reason: string;
  readonly address?: EngineAddress;
}
