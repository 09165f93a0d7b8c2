import type { Day } from './day.ts';
import type { OwnDockerfile, SourceType, StandbyPolicy } from './package.ts';
import type { WantedService } from './service.ts';

export type ManifestScope = 'global' | 'project';

/** Which `mcp.json` a command works on. */
export interface ManifestLocation {
  /** Absolute, symlinks kept as typed. */
  readonly path: string;
  /** The manifest's folder after realpath: relative paths start here. */
  readonly folder: string;
  readonly scope: ManifestScope;
  /** Random id kept in the home; `global` for the home's own manifest. */
  readonly id: string;
  readonly exists: boolean;
}

export interface ManifestLimits {
  /** `512m`, `1g`; bytes when a bare number. */
  readonly memory?: string;
  readonly cpus?: string;
  readonly pids?: number;
}

export interface ManifestPermissions {
  /** true: everything; a list of hosts; empty: nothing. */
  readonly net: boolean | readonly string[];
  /** Paths, `PATH` or `PATH:AT`, relative to the manifest's folder. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Names of variables that the server may see. */
  readonly env: readonly string[];
  readonly scripts: boolean;
  /** Lifts the read-only mounts over control files inside write grants. */
  readonly controlFiles: boolean;
}

export interface ManifestSource {
  readonly type: SourceType;
  readonly package: string;
  /** git: the folder of the repository that is the server. */
  readonly path?: string;
  /** What the user asked for: a range or an exact version. */
  readonly version?: string;
  readonly overrides: readonly string[];
  readonly bin?: string;
  /** Of the base image's distribution. */
  readonly systemPackages?: readonly string[];
  /** The day whose dependencies are asked for. */
  readonly asOf?: Day;
  readonly dockerfile?: OwnDockerfile;
}

export interface ManifestStatePath {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** An entry that cc-mcp runs in a container. */
export interface DockerServer {
  readonly mode: 'docker';
  readonly image?: string;
  /** Host path → container path, with an optional `:ro`. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Name → literal, `${VAR}` or `${secret:NAME}`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: ManifestLimits;
  /** An engine network to join in place of none. */
  readonly network?: string;
  /** After the executable. */
  readonly arguments: readonly string[];
  readonly source?: ManifestSource;
  readonly permissions: ManifestPermissions;
  readonly statePaths: readonly ManifestStatePath[];
  readonly standby: StandbyPolicy;
  /** Of a server that listens; absent: it reads its stdin. */
  readonly service?: WantedService;
  /** Whether granted folders follow the arguments. */
  readonly pathsAsArguments: boolean;
  /** Name of the index's package that it was installed from. */
  readonly package?: string;
}

/** An entry that a client starts itself; cc-mcp never runs it. */
export interface ExternalServer {
  readonly mode: 'external';
  readonly command?: string;
  readonly args: readonly string[];
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its client starts it. */
  readonly cwd?: string;
  readonly envFile?: string;
}

export type ManifestServer = DockerServer | ExternalServer;

export interface Manifest {
  readonly location: ManifestLocation;
  readonly servers: ReadonlyMap<string, ManifestServer>;
  /** SHA-256 (hex) of the file's bytes; of nothing when it does not exist. */
  readonly contentHash: string;
}

export const NO_PERMISSIONS: ManifestPermissions = { net: false, read: [], write: [], env: [], scripts: false, controlFiles: false };
