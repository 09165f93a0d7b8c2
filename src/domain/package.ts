import type { WantedService } from './service.ts';

/* What a marketplace offers (seed-004 «Marketplace Package Format», extended by what the gate needs). Plain data from outside, validated by the marketplace room. */

export type SourceType =
  | 'npm' | 'pypi' | 'git' | 'local'
  | 'go' | 'docker';

/** A folder's or a repository's own Dockerfile, by which the user lets it be built. */
export interface OwnDockerfile {
  /** In the folder. */
  readonly path: string;
  /** Whether its steps reach the network: the internet, the local network and this machine. */
  readonly network: boolean;
}

export interface PackageSourceSpec {
  readonly type: SourceType;
  /** A name of the ecosystem; the address of a repository; a folder, relative to the manifest's or absolute. */
  readonly package: string;
  /** git: the folder of the repository that is the server. */
  readonly path?: string;
  /** An exact version or a range of the ecosystem, a branch, a tag or a commit; absent: the newest. */
  readonly version?: string;
  /** npm `name@range`, PyPI PEP 508. */
  readonly overrides?: readonly string[];
  /** Name of the executable, where the package has several. */
  readonly bin?: string;
  /** Packages of the base image's distribution that it needs: `git`, `ffmpeg`. */
  readonly systemPackages?: readonly string[];
}

export interface ConfigurationValue {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly example?: string;
  readonly default?: string;
}

/** A path inside the container that outlives it. */
export interface StatePath {
  /** Absolute folder inside the container. */
  readonly path: string;
  /** Variable → value that points the server to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A service that the gate starts beside the server, on a private internal network. */
export interface Companion {
  readonly name: string;
  /** Canonical image reference, before rewriting. */
  readonly image: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly memory: string;
  /** Run inside the companion until it exits 0. */
  readonly ready: readonly string[];
  /** Values that the server gets during the gate, e.g. DATABASE_URI; `{host}` is the companion's name on the network. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Arguments that lead the server to it, after the server's own; `{host}` as above. */
  readonly arguments: readonly string[];
}

export interface ExpectedCall {
  /** Shown as «✓ Query test passed». */
  readonly title: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** All must hold of the joined text content of the result. */
  readonly expect: { readonly text?: string; readonly contains?: string; readonly matches?: string; readonly isError?: boolean };
}

/** Why nobody should begin with it, though people use it, and what to take instead. */
export interface Deprecation {
  readonly reason: string;
  readonly replacement: string;
}

export type StandbyPolicy = 'safe' | 'after-session' | 'off';

export interface MarketplacePackage {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly author: string;
  readonly homepage?: string;
  readonly license?: string;
  readonly keywords: readonly string[];
  readonly deprecated?: Deprecation;
  /** What a user should know before installing it, a line each: what it cannot do, what follows after `--`. */
  readonly notes: readonly string[];
  readonly source: PackageSourceSpec;
  /** Arguments that always follow the executable. */
  readonly arguments: readonly string[];
  readonly permissions: {
    readonly net: 'none' | 'full' | readonly string[];
    /** What the user must choose, e.g. one folder to read: shown when asking. */
    readonly read: readonly string[];
    readonly write: readonly string[];
    readonly env: readonly string[];
    readonly scripts: boolean;
  };
  /** Whether granted folders are also passed to the server as arguments (server-filesystem wants them there). */
  readonly pathsAsArguments: boolean;
  readonly configuration: readonly ConfigurationValue[];
  readonly statePaths: readonly StatePath[];
  readonly standby: StandbyPolicy;
  /** Of a server that listens with these arguments. */
  readonly service?: WantedService;
  readonly limits?: { readonly memory?: string; readonly cpus?: string; readonly pids?: number };
  readonly tests: {
    readonly companion?: Companion;
    readonly calls: readonly ExpectedCall[];
    /** Seconds for one call. */
    readonly timeout: number;
  };
}
