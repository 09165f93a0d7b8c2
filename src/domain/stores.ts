import type { Approval, SessionRecipe } from './effective-plan.ts';
import type { ProjectGrant } from './project-grant.ts';
import type { Lock, LockEntry } from './lock.ts';
import type { DockerServer, ExternalServer, Manifest, ManifestLocation, ManifestScope } from './manifest.ts';
import type { EngineAddress } from './container-engine.ts';

export interface ManifestSearch {
  /** `--manifest`. */
  readonly path?: string;
  /** `--global` or `--project`. */
  readonly scope?: ManifestScope;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Only `run` looks at CLAUDE_PROJECT_DIR. */
  readonly forRun: boolean;
}

export interface ManifestStore {
  /** Design 3's order. Gives the manifest an id when it has none. Refuses one that others can write or another user owns. */
  locate(search: ManifestSearch): Promise<ManifestLocation>;
  /** A file that is not there reads as empty. MANIFEST_INVALID names line and column. */
  read(location: ManifestLocation): Promise<Manifest>;
  /**
   * Sets or removes our keys of one entry; everything else of the file stays byte for byte. Takes the lock, notices a save by
   * somebody else between read and rename and applies the edit again. `value` undefined removes the entry.
   */
  writeServer(location: ManifestLocation, name: string, value: DockerServer | undefined): Promise<void>;
  /** JSON text of one entry, as it stands. */
  entryText(location: ManifestLocation, name: string): Promise<string | undefined>;
  /** Puts an entry back as it stood; everything else of the file stays byte for byte. */
  restoreEntry(location: ManifestLocation, name: string, text: string): Promise<void>;
}

/** Entries of manifests that a server of ours took the place of, as text. They may hold secrets, and are kept like them. */
export interface ReplacedEntries {
  read(key: ServerKey): Promise<string | undefined>;
  write(key: ServerKey, text: string | undefined): Promise<void>;
}

export interface LockStore {
  read(location: ManifestLocation): Promise<Lock>;
  /** Writes the entry and its dependency lock file together (file first); undefined removes both. */
  write(location: ManifestLocation, name: string, value: { readonly entry: LockEntry; readonly dependencies: string } | undefined): Promise<void>;
  readDependencies(location: ManifestLocation, entry: LockEntry): Promise<string | undefined>;
}

export interface ServerKey {
  readonly manifestId: string;
  readonly server: string;
}

export interface ApprovalStore {
  read(key: ServerKey): Promise<Approval | undefined>;
  /** Undefined takes its projects away, too. */
  write(key: ServerKey, approval: Approval | undefined): Promise<void>;
  /** What the user agreed to for folders that a client may open, by their real paths. */
  projects(key: ServerKey): Promise<Readonly<Record<string, ProjectGrant['right']>>>;
  allowProject(key: ServerKey, folder: string, right: ProjectGrant['right']): Promise<void>;
}

/** Values of one server: those declared secret, and those of `${VAR}` remembered at install. */
export interface ServerValues {
  readonly secrets: Readonly<Record<string, string>>;
  readonly remembered: Readonly<Record<string, string>>;
}

/** The same with what only cc-mcp itself uses. */
export interface KeptValues extends ServerValues {
  /** What the front of its service asks for. */
  readonly serviceToken?: string;
}

export interface SecretStore {
  file(key: ServerKey): string;
  read(key: ServerKey): Promise<KeptValues>;
  /** A service's token stays; undefined takes that away, too. */
  write(key: ServerKey, values: ServerValues | undefined): Promise<void>;
  /** Made by `make` where there is none yet. */
  serviceToken(key: ServerKey, make: () => string): Promise<string>;
}

/** What cc-mcp remembers of a server beside the manifest. */
export interface ServerState {
  readonly imageId: string;
  readonly recipe: string;
  readonly engine: { readonly address: EngineAddress; readonly id: string; readonly kind: 'docker' | 'podman' };
  readonly enabled: boolean;
  /** Client files that hold an entry of ours, with what stood there before (JSON text), to give back. */
  readonly clients: readonly { readonly client: 'claude-code'; readonly file: string; readonly jsonPath: readonly string[]; readonly previous?: string }[];
  /** Names of tools whose fingerprint differed from the lock when last seen. */
  readonly changedTools: readonly string[];
  readonly installedAt: string;
  /** Of a service: its own port of this machine's loopback. */
  readonly servicePort?: number;
}

export interface StateStore {
  homeId(): Promise<string>;
  readServer(key: ServerKey): Promise<ServerState | undefined>;
  writeServer(key: ServerKey, state: ServerState | undefined): Promise<void>;
  servers(): Promise<readonly (ServerKey & { readonly manifestPath: string; readonly state: ServerState })[]>;
}

export interface Configuration {
  readonly engine?: string;
  readonly images: { readonly bases: Readonly<Record<string, string>>; readonly rewrite: Readonly<Record<string, string>> };
  readonly standby: { readonly memory?: string };
  readonly run: { readonly waitForEngine: number };
}

export interface ConfigurationStore {
  readonly path: string;
  read(): Promise<Configuration>;
  /** Sets one value, or takes it away; the rest of the file stays as it is. A file that cannot be understood is not changed. */
  write(path: readonly string[], value: string | number | undefined): Promise<'changed' | 'unchanged'>;
}

export interface RecipeStore {
  read(manifestPath: string, server: string): Promise<SessionRecipe | undefined>;
  /** One that is `perProject` takes those of its projects away, unless it says what it said before. */
  write(recipe: SessionRecipe): Promise<void>;
  /** Reads, changes and writes as one step, those of its projects too; `change` gives undefined to keep what is there. */
  update(manifestPath: string, server: string, change: (recipe: SessionRecipe) => SessionRecipe | undefined): Promise<void>;
  remove(manifestPath: string, server: string): Promise<void>;
}

/** Where a client reaches a service by itself. */
export interface ServiceEntry {
  readonly url: string;
  /** A secret. */
  readonly token: string;
}

/** Entries of ours in a client's own file. */
export interface ClientFiles {
  /** Writes `mcpServers[name]`: `run`, or the address of a service; gives what stood there. Reads again after writing and repeats when another writer won. */
  add(location: ManifestLocation, name: string, service?: ServiceEntry): Promise<{ readonly file: string; readonly jsonPath: readonly string[]; readonly previous?: string }>;
  /** The entry of that name that is not ours, parsed. */
  foreign(location: ManifestLocation, name: string): Promise<ExternalServer | undefined>;
  /** Takes our entry away, or gives back what stood there; an entry that somebody else changed stays, with `changed`. */
  remove(entry: { readonly file: string; readonly jsonPath: readonly string[]; readonly previous?: string }): Promise<'removed' | 'absent' | 'changed'>;
}

/** `~/.cc-mcp/bin/cc-mcp`, repaired by every command. */
export interface Launcher {
  repair(): Promise<void>;
  path(): string;
}

/** Beside what stands: marks a change that is under way, so that the next command can clean up after a crash. */
export interface Journal {
  /** Runs `work`; leftovers of a run that died are given to `recover` by the next `recoverAll`. */
  begin(entry: JournalEntry): Promise<AsyncDisposable & { update(entry: Partial<JournalEntry>): Promise<void> }>;
  /** Entries whose process lives. */
  live(): Promise<readonly JournalEntry[]>;
  /** Entries whose process is dead. */
  abandoned(): Promise<readonly (JournalEntry & { readonly id: string })[]>;
  forget(id: string): Promise<void>;
}

export interface JournalEntry {
  readonly operation: 'install' | 'test';
  readonly token: string;
  readonly manifestId: string;
  readonly manifestPath: string;
  readonly server: string;
  /** Images that this operation built and that nothing refers to until its commit. */
  readonly images: readonly string[];
  /** Set at commit: what must be completed rather than undone. */
  readonly committing: boolean;
}
