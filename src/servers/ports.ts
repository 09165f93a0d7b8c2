import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, DiscoveryAttempt, EngineAddress, EngineInfo, ImageEngine } from '../domain/container-engine.ts';
import type { ContainerOwner } from '../domain/container-labels.ts';
import type { HostFacts, HostFiles } from '../domain/host.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { SourceType } from '../domain/package.ts';
import type { Progress } from '../domain/progress.ts';
import type { ServiceDoors } from '../domain/service-door.ts';
import type { PackageSource } from '../domain/source.ts';
import type { ApprovalStore, ClientFiles, ConfigurationStore, Journal, Launcher, LockStore, ManifestStore, RecipeStore, ReplacedEntries, SecretStore, StateStore } from '../domain/stores.ts';
import type { MCPTester } from '../gate/mcp-tester.ts';
import type { MarketplaceInstaller } from '../marketplace/marketplace-installer.ts';
import type { StandbyKeeper } from './standby-keeper.ts';

/** An engine that answered, with where it listens. */
export interface ConnectedEngine {
  readonly address: EngineAddress;
  readonly attempts: readonly DiscoveryAttempt[];
  readonly info: EngineInfo;
  readonly containers: ContainerEngine;
  readonly images: ImageEngine;
}

/** Finds an engine at the first call, and gives the same one afterwards. Throws ENGINE_UNREACHABLE in under 2 s. */
export interface EngineAccess {
  connect(signal?: AbortSignal): Promise<ConnectedEngine>;
  /** The attempts even when none won, for `doctor`. */
  attempts(): Promise<readonly DiscoveryAttempt[]>;
  /** The engine that a server was installed on. */
  connectTo(address: EngineAddress, signal?: AbortSignal): Promise<ConnectedEngine>;
}

export interface StandbyPorts {
  readonly standbys: StandbyKeeper;
}

/** What the use cases on installed servers need; `cli/compose.ts` fills it in. */
export interface ServerPorts extends StandbyPorts {
  readonly engine: EngineAccess;
  readonly manifests: ManifestStore;
  readonly locks: LockStore;
  readonly approvals: ApprovalStore;
  readonly secrets: SecretStore;
  readonly replacedEntries: ReplacedEntries;
  readonly state: StateStore;
  readonly configuration: ConfigurationStore;
  readonly recipes: RecipeStore;
  readonly clients: ClientFiles;
  readonly launcher: Launcher;
  readonly journal: Journal;
  readonly hostFiles: HostFiles;
  readonly host: HostFacts;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly version: string;
  /** 24 random hex digits. */
  newToken(): string;
  /** Where a server's stderr is kept. */
  logFolder(manifestId: string, server: string): string;
  /** Names of the values that a package of the index cannot do without; none for one that it does not have. */
  requiredValues(packageName: string): Promise<readonly string[]>;
  /** Tools that a session saw with another fingerprint than the lock's. */
  driftOf(manifestId: string, server: string): Promise<readonly string[]>;
  /** Runs `work` while no other process of this home runs one of this name; waits for it as long as it lives. */
  exclusively<T>(name: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The folder that `@project` stands for, as typed: what the client opened, or the git root of the working folder. */
  openedProject(): string | undefined;
  /** A port of this machine's loopback that is free, and always the same for the same wish if it can be had. */
  freePort(wish: number, taken: ReadonlySet<number>): Promise<number>;
  /** The way to services over HTTP. */
  readonly doors: ServiceDoors;
  /** Source of the program in our small containers: one file that Node runs, without dependencies. */
  gatewayProgram(): Promise<string>;
  /** SHA-256 (hex) of a file's bytes; null when it is not there. */
  hashFile(path: string): Promise<string | null>;
  /** Path of the host's extra CA bundle, where it has one. */
  readonly caBundle: string | undefined;
  /** The environment of this process: for `${VAR}` and `--env NAME`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** For what goes over all manifests of a home. */
export interface HomePorts {
  locationOf(id: string, path: string): Promise<ManifestLocation>;
  /** Whether there is a home folder at all. */
  hasHome(): Promise<boolean>;
  /** Takes `~/.cc-mcp` away, but for a config.json that the user wrote. */
  removeHome(): Promise<readonly string[]>;
}

export interface InstallPorts extends ServerPorts {
  readonly marketplace: MarketplaceInstaller;
  /** A source's adapter for this engine: the resolver containers run on it. */
  readonly source: (type: SourceType, engine: ConnectedEngine, owner: ContainerOwner) => PackageSource;
  readonly tester: (engine: ConnectedEngine) => MCPTester;
  /** Asks the user; false: declined. Throws CONSENT_NEEDED where nobody can answer. */
  readonly consent: Consent;
  readonly buildEnvironment: BuildEnvironment;
  /** Keeps everything that a resolver and a builder say of one server. */
  openBuildLog(manifestId: string, server: string): { readonly path: string; line(text: string): void };
}

export interface Consent {
  confirm(question: ConsentQuestion): Promise<boolean>;
  /** One of several executables; throws CONSENT_NEEDED with `--bin` where nobody can answer. */
  choose(question: string, options: readonly string[], flag: string): Promise<string>;
}

export interface ConsentQuestion {
  /** What the user did not type but the plan holds, a line each. */
  readonly lines: readonly string[];
  readonly question: string;
  /** The flag that answers it. */
  readonly flag: string;
}

/** What a build needs of this machine: proxies as predefined build arguments, and whether one of them is on the loopback. */
export interface BuildEnvironment {
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly network: 'default' | 'host';
}

