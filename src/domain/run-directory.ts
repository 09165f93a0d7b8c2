import type { ContainerId, EngineAddress } from './container-engine.ts';
import type { StandbyPolicy } from './package.ts';

/** One process, told from every other that ever had or will have its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** Who lives on this machine. */
export interface ProcessTable {
  self(): ProcessIdentity;
  /** False only when that process is surely gone: another boot, no such pid, or the pid with another start. */
  isAlive(process: ProcessIdentity): boolean;
}

/** What the file name of a token says, wherever the token is. */
export interface TokenName {
  /** SHA-256 (24 hex digits) over home id, manifest id and server name. */
  readonly serverKey: string;
  /** HMAC (24 hex digits) of everything that decides what is inside: only equal settings share standbys. */
  readonly settingsHash: string;
  /** Random; the container's `io.cc-mcp.token` label. */
  readonly token: string;
}

/** Content of a token's file. It never changes once the token is a standby. */
export interface ContainerRecord extends TokenName {
  readonly version: 1;
  readonly home: string;
  readonly manifestId: string;
  readonly manifestPath: string;
  readonly server: string;
  readonly engine: EngineAddress;
  readonly containerName: string;
  /** Null until the engine has created it: then the token label finds it. */
  readonly containerId: ContainerId | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Until when it may run at all CPUs; null: it started at its limit. */
  readonly boostUntil: number | null;
  /** The limit that it settles to. */
  readonly nanoCpus: number;
  readonly memoryBytes: number;
  readonly shortLived: boolean;
  readonly standby: StandbyPolicy;
  /** `RunDirectory.epoch` of its server when it began to load. */
  readonly epoch: string;
  /** Name of the localhost link whose network it is on. */
  readonly link?: string;
}

/** A token that belongs to a process: a standby that is loading, a session, or a standby that is being taken away. */
export interface OwnedToken extends TokenName {
  readonly role: OwnedRole;
  readonly owner: ProcessIdentity;
  /** False only when the owner is surely gone. */
  readonly alive: boolean;
}

export type OwnedRole = 'loading' | 'session' | 'removing';

/** What a session has done so far, for `status`. */
export interface SessionActivity {
  readonly calls: number;
  readonly errors: number;
  /** Milliseconds, over all answered calls. */
  readonly latencyTotal: number;
  readonly latencyMax: number;
  /** Lines on the server's stdout that were no JSON. */
  readonly strayLines: number;
}

export interface RunLock extends Disposable {
  readonly name: string;
}

/**
 * `~/.cc-mcp/run`: who has which container, told by where a token's file is, because labels cannot change and the engine's own
 * names and attachments are no locks. Every move is one rename, so of any number of processes exactly one makes it.
 * Calls are synchronous: on the hot path a rename is cheaper than a turn of the event loop.
 */
export interface RunDirectory {
  /** The process that this directory's owned tokens belong to. */
  self(): ProcessIdentity;
  /** The home's random key, made when it is missing. */
  homeKey(): string;
  /** Standbys that can be claimed, of one server or of all. */
  ready(serverKey?: string): readonly TokenName[];
  readReady(name: TokenName): ContainerRecord | undefined;
  /**
   * standby → owned by this process. Undefined: somebody else was faster, or the file says nothing usable and stays
   * claimed, for the reaper to find its container by the token.
   */
  claim(name: TokenName, role: 'session' | 'removing'): ContainerRecord | undefined;
  /** Written before the container is created, so that nothing is ever created without a trace. Also replaces the content. */
  writeOwned(role: OwnedRole, record: ContainerRecord): void;
  /** loading → standby, with its final content. */
  publish(record: ContainerRecord): void;
  owned(role: OwnedRole, serverKey?: string): readonly OwnedToken[];
  readOwned(token: OwnedToken): ContainerRecord | undefined;
  /** Takes the token of a dead owner, or of our own, out of the directory. Absent already is success. */
  forget(token: OwnedToken): void;
  /** The owned token of this process. */
  mine(role: OwnedRole, name: TokenName): OwnedToken;
  /** Whether a container has been lowered to its limit. */
  isSettled(token: string): boolean;
  markSettled(token: string): void;
  /** Changes whenever a session of the server has ended: state loaded before it is old. */
  epoch(serverKey: string): string;
  advanceEpoch(serverKey: string): void;
  /** Undefined: a living process has it. That of a dead one is broken. */
  tryLock(name: string): RunLock | undefined;
  isLocked(name: string): boolean;
  /** What all standbys may use together, in bytes, as a command that knows engine and configuration has left it. */
  budget(): number | undefined;
  writeBudget(bytes: number): void;
  writeActivity(name: TokenName, activity: SessionActivity): void;
  activity(serverKey: string): readonly (SessionActivity & { readonly token: string; readonly at: number })[];
  /** Tools that a server showed with another fingerprint than the lock's; empty takes the note away. */
  writeDrift(serverKey: string, tools: readonly string[]): void;
  drift(serverKey: string): readonly string[];
  /** Takes away what is kept of a server beside its tokens. */
  forgetServer(serverKey: string): void;
  /** Takes away what belongs to tokens that are in no role any more and is older than `age` milliseconds. */
  sweep(age: number, now: number): void;
}
