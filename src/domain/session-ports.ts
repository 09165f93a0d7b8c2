import type { ByteChannel, ByteSink, ByteSource } from './byte-channel.ts';
import type { Clock } from './clock.ts';
import type { ContainerId, EngineAddress, SessionEngine } from './container-engine.ts';
import type { SessionRecipe } from './effective-plan.ts';
import type { CcMcpError } from './errors.ts';
import type { RunDirectory } from './run-directory.ts';
import type { ServiceDoors } from './service-door.ts';
import type { KeptValues, ManifestSearch } from './stores.ts';

/** Where a server's stderr goes: one file per container, capped and rotated. Text is redacted before it arrives. */
export interface SessionLog {
  /** False: more is waiting to be written than should be; go on after `drained`. */
  write(text: string): boolean;
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** The client on the other side of `run`, and the person who may read its stderr. */
export interface SessionClient {
  readonly input: ByteSource;
  readonly output: ByteSink;
  /** One line of `run`'s own words, for stderr. */
  say(line: string): void;
  /** Called at SIGTERM and SIGINT, with the exit code that belongs to it. */
  onSignal(listener: (exitCode: number) => void): void;
}

/** A recipe with its values: all that decides what a container of this server holds. */
export interface PreparedServer {
  readonly recipe: SessionRecipe;
  /** Resolved. Holds secrets: it travels through pipes, never through arguments, variables or files. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values to keep out of logs and errors. */
  readonly secrets: readonly string[];
  readonly serverKey: string;
  readonly settingsHash: string;
  /** Of a service: what its front asks for. */
  readonly serviceToken?: string;
}

/** What every operation on standbys and sessions works with. */
export interface StandbyPorts {
  openEngine(address: EngineAddress): SessionEngine;
  readonly doors: ServiceDoors;
  readonly run: RunDirectory;
  readonly clock: Clock;
  newToken(): string;
  openLog(folder: string, token: string): SessionLog;
  /** What a process of a container sees at a path; undefined: it cannot be seen from here. */
  mountedAt(pid: number, path: string): { readonly device: number; readonly inode: number } | undefined;
}

export interface SessionPorts extends StandbyPorts {
  readonly recipes: RecipeSource;
  /** Loaded only when the recipe does not do. */
  slowPath(): Promise<SlowPath>;
  /** Attaches to stdin and stdout. Fails as `SessionEngine.attach` does. */
  openChannel(address: EngineAddress, id: ContainerId): Promise<ByteChannel>;
  /** Starts the process that makes the next standby, and outlives this one. `after`: the session whose state it must see. */
  launchKeeper(server: PreparedServer, after: string): void;
}

export interface RunRequest {
  readonly server: string;
  readonly search: ManifestSearch;
}

/**
 * Reads everything anew, compares it with the approval, and writes the recipe for the next time. Taken when the recipe does not
 * fit its inputs any more, or when there is none.
 */
export type SlowPath = (request: RunRequest) => Promise<{ readonly recipe: SessionRecipe } | { readonly refusal: CcMcpError }>;

/** The files that `run` reads before it starts anything. */
export interface RecipeSource {
  /** The recipe when every input, mount and permission is as it was written for; else why not. */
  read(request: RunRequest): { readonly recipe: SessionRecipe } | { readonly stale: string };
  values(secretsFile: string): KeptValues;
  /** Undefined: it is not there. */
  caContent(path: string): string | undefined;
}
