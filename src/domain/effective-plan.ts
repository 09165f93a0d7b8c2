import type { EngineAddress, LocalhostLink, Mount, NetworkMode, Service } from './container-engine.ts';
import type { StandbyPolicy } from './package.ts';
import type { OpenedProject, ProjectGrant } from './project-grant.ts';
import type { ProtocolEra } from './protocol-era.ts';
import type { ServiceAddress, WantedService } from './service.ts';

/** Where a variable's value comes from; a secret's value never stands here. */
export type ValueOrigin =
  | { readonly kind: 'literal'; readonly value: string }
  /** The text with its `${VAR}` and `${secret:NAME}` unexpanded. */
  | { readonly kind: 'template'; readonly template: string };

/** `localhost`: nothing but these ports of this machine's loopback. */
export type PlannedNetwork = NetworkMode | { readonly kind: 'localhost'; readonly ports: readonly number[] };

export interface PlannedMount {
  readonly mount: Mount;
  /** Of a bind: the inode that was checked. */
  readonly device?: number;
  readonly inode?: number;
}

/** Everything that decides what a server's container may do: what the user agrees to, and what `run` compares. */
export interface EffectivePlan {
  readonly source: string;
  readonly lockEntryHash: string;
  readonly imageId: string;
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  /** Of an image that has one; else `/tmp`. */
  readonly workingDirectory?: string;
  /** Folders of an image that are a tmpfs with a size. */
  readonly scratch?: readonly string[];
  readonly environment: Readonly<Record<string, ValueOrigin>>;
  readonly mounts: readonly PlannedMount[];
  readonly network: PlannedNetwork;
  readonly user: string;
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  readonly pids: number;
  readonly standby: StandbyPolicy;
  readonly controlFiles: boolean;
  /** What it listens for; absent: it reads its stdin. */
  readonly service?: WantedService;
  /** What it may do in the folder that the client opens, each of which is approved on its own. Absent: nothing. */
  readonly project?: readonly ProjectGrant[];
}

/** What `approvals.json` holds per (manifest, server). */
export interface Approval {
  readonly plan: EffectivePlan;
  /** SHA-256 (hex) of the plan's canonical JSON. */
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a service needs beside its body. */
export interface ServiceRecipe extends ServiceAddress {
  /** Its own port of this machine's loopback. */
  readonly outerPort: number;
  /** Of the front: an image with Node, and the program's source. */
  readonly image: string;
  readonly program: string;
  readonly network: Service['network'];
  /** Enabled: it stays when nobody is connected to it. */
  readonly isKept: boolean;
}

/**
 * `run/recipes/KEY.json` (0600): all that `run` needs on the hot path, written by whatever changes a plan. It holds no value of a
 * secret. KEY is the first 24 hex digits of SHA-256 over `manifest path NUL server name`, with that of the project behind it where
 * `@project` is granted.
 */
export interface SessionRecipe {
  readonly version: 1;
  readonly home: string;
  readonly manifestId: string;
  readonly manifestPath: string;
  readonly server: string;
  readonly ccMcpVersion: string;
  readonly engine: { readonly address: EngineAddress; readonly id: string; readonly kind: 'docker' | 'podman' };
  /** Absolute path → SHA-256 (hex) of its bytes, or null when it was not there. Any difference takes the slow path. */
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly approval: string;
  /** ContainerEngine.createBody() with the settled CPU limit, no `Env` and no token label; `run` adds both. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, ValueOrigin>>;
  /** The file of the secret store for this server. */
  readonly secretsFile: string;
  /** Bind sources to check again: realpath and inode must still be these. */
  readonly mounts: readonly PlannedMount[];
  /** Extra CA bundle mounted into it, whose content is part of the standby's hash. */
  readonly caBundle?: string;
  /** Made when it is missing before a container is created on its network. */
  readonly link?: LocalhostLink;
  /** Its body is that of one container for all clients. */
  readonly service?: ServiceRecipe;
  readonly imageId: string;
  readonly nanoCpus: number;
  readonly memoryBytes: number;
  readonly standby: StandbyPolicy;
  /** A standby with a network or secrets lives at most an hour. */
  readonly shortLived: boolean;
  readonly era: ProtocolEra;
  /** Tool name → fingerprint from the lock. */
  readonly tools: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly waitForEngineSeconds: number;
  /** Each opened project has a recipe of its own; this one is only there to say so. */
  readonly perProject?: boolean;
  readonly project?: OpenedProject;
}
