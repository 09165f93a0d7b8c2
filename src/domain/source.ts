import type { ArchiveFile, ImageId } from './container-engine.ts';
import type { BaseKey } from './base-images.ts';
import type { Day } from './day.ts';
import type { ImageSettings } from './lock.ts';
import type { OwnDockerfile, PackageSourceSpec, SourceType } from './package.ts';

export interface Executable {
  readonly name: string;
  /** npm: the file of `bin`, relative to the package; PyPI: the entry point's name again; Go: the path of the main package. */
  readonly target: string;
}

/** One exact version as the registry describes it; nothing was executed to learn it. */
export interface ResolvedPackage {
  readonly type: SourceType;
  readonly package: string;
  readonly version: string;
  readonly description: string;
  /** ISO 8601, where the registry tells it. */
  readonly publishedAt?: string;
  readonly deprecated?: string;
  /** Known before the lock for npm, after it for PyPI. */
  readonly executables: readonly Executable[];
  readonly hasInstallScripts: boolean;
}

export interface LockRequest {
  readonly resolved: ResolvedPackage;
  readonly overrides: readonly string[];
  /** The base image in which the resolver runs: a local reference. */
  readonly baseImage: string;
  readonly allowScripts: boolean;
  /** With nothing in the tree that was published later. Only where the source is `dated`. */
  readonly asOf?: Day;
}

export interface DependencyLock {
  /** Suffix of the file in `mcp.lock.d/`. */
  readonly kind:
    | 'package-lock.json' | 'requirements.txt'
    | 'go.sum' | 'image.json'
    | 'dockerfile.json' | 'deno.lock';
  /** The ecosystem's own format, with hashes, without addresses. */
  readonly content: string;
}

export interface LockedPackage {
  readonly lock: DependencyLock;
  readonly executables: readonly Executable[];
  /** How many packages the tree has, and how many of them want to run code at install. */
  readonly packages: number;
  readonly withScripts: readonly string[];
}

/** What a build takes: the Dockerfile's name in `templates/dockerfiles/`, context files beside it, and its arguments. */
export interface BuildInput {
  readonly template: string;
  readonly templateVersion: string;
  readonly files: readonly ArchiveFile[];
  /** Of the files, where it is not `Dockerfile`. */
  readonly dockerfile?: string;
  /** Steps of a stranger's own Dockerfile: they get this network, and of this machine's settings only proxies that need no credentials. */
  readonly ownSteps?: { readonly network: 'default' | 'none' };
  readonly buildArguments: Readonly<Record<string, string>>;
  /**
   * More files of the context, fetched with the user's credentials in a container of this image, in which no code of a package runs.
   * The build then asks no registry.
   */
  readonly fetch?: (baseImage: string, onLine: (line: string) => void, signal?: AbortSignal) => Promise<readonly ArchiveFile[]>;
  /** What runs code of the packages: a second build from the first one's image, `FETCHED_IMAGE`, without network. */
  readonly offline?: { readonly files: readonly ArchiveFile[]; readonly buildArguments: Readonly<Record<string, string>> };
  /** For `BuildRequest.classic`. */
  readonly classic?: boolean;
  /** Absolute exec-form start of the server inside the image. */
  readonly entrypoint: readonly string[];
}

export interface BuildInputRequest {
  readonly resolved: Pick<ResolvedPackage, 'package' | 'version'>;
  readonly lock: DependencyLock;
  readonly executable: Executable;
  readonly allowScripts: boolean;
  /** Of the base image's distribution. */
  readonly systemPackages?: readonly string[];
  /** Of the Dockerfile that a lock was made with; else the newest. */
  readonly templateVersion?: string;
}

export interface OpenOptions {
  /** Whether this user typed its address: only then are the user's credentials for it used. */
  readonly typed: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Of a folder or a repository: what the user lets it be built by. */
  readonly dockerfile?: OwnDockerfile | undefined;
}

/** One kind of source: what can be told without looking at the package. */
export interface PackageSource {
  readonly type: SourceType;
  /** Throws INVALID_REFERENCE for a name or range that the ecosystem's grammar does not know. No network. */
  validate(packageName: string, range: string | undefined): void;
  /** What is known before anything was asked or read: all of a registry's package, nothing of a folder or a repository. */
  known(): OpenedSource | undefined;
  /** Finds out what is to be built: a folder or a repository is read for it. None of its code runs. */
  open(spec: PackageSourceSpec, options: OpenOptions): Promise<OpenedSource>;
}

/** A resolver that can leave out what was published after a day, where its registry tells dates. */
export interface DatedTrees {
  /** The version of a dependency in a lock. */
  versionOf(lock: string, dependency: string): string | undefined;
}

/** What a source comes to: one runtime, with its base, its template and its own kind of lock. Only the user's and the global configuration steer it. */
export interface OpenedSource {
  readonly type: SourceType;
  /** The key of `images.bases` and the canonical default image; without a key it is the server's own image, which nothing replaces. */
  readonly base: { readonly key?: BaseKey; readonly image: string };
  /** Further images that something of it comes from. */
  readonly images?: readonly string[];
  /** The newest Dockerfile of `templates/dockerfiles/` for this runtime. */
  readonly template: { readonly name: string; readonly version: string };
  /** The file of `/opt/cc-mcp/lock/` in each image that it builds. */
  readonly lockKind: DependencyLock['kind'];
  /** SHA-256 (hex) of what goes into an image beside the locked dependencies: a folder's own files. */
  readonly tree?: string;
  readonly dated?: DatedTrees;
  /** Throws INVALID_VALUE for an override that the grammar does not know. */
  validateOverrides(overrides: readonly string[]): void;
  resolve(packageName: string, range: string | undefined, signal?: AbortSignal): Promise<ResolvedPackage>;
  /** Resolves the whole tree in a container. RESOLUTION_FAILED names the dependency that broke, where it can be told. */
  lock(request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage>;
  /** Of a folder: whether a lock of an earlier state of it still gives all that it wants, so that nothing need be resolved. */
  stillLocks?(content: string, request: Pick<LockRequest, 'allowScripts'>): boolean;
  /** Reads a lock of a stranger by a strict grammar; LOCK_INVALID names the line. */
  parseLock(content: string, packageName: string, version: string): DependencyLock;
  /** The same, with what it says of the package's executable of this name; without one: it has none. */
  readLocked(content: string, packageName: string, version: string, executable: string): Pick<LockedPackage, 'lock' | 'packages'> & { readonly executable?: Executable };
  /** Brings to the engine what a build from this lock needs beside its base. */
  pullImages?(lock: string, signal?: AbortSignal): Promise<void>;
  buildInput(request: BuildInputRequest): BuildInput;
  /** Names in an image that was built of a stranger's lock, which nothing that the package wants asks for. Nothing of the image runs. */
  strangersIn?(image: ImageId, locked: { readonly content: string; readonly package: string; readonly version: string }, signal?: AbortSignal): Promise<readonly string[]>;
  /** Of an image: what a container of it takes of its settings. */
  settings?(lock: string): ImageSettings;
  /** Lets go what was fetched for its image alone, which keeps what it needs of it. */
  release?(): Promise<void>;
  /** `host`: the configured registry is on this machine's loopback. */
  network(): 'default' | 'host';
  /** What a failed build's log says of the dependency that broke, if it says it. */
  diagnoseBuild(log: readonly string[]): string | undefined;
}
