import type { Day } from './day.ts';
import type { OwnDockerfile, SourceType } from './package.ts';
import type { ProtocolEra } from './protocol-era.ts';
import type { ServiceAddress } from './service.ts';

/** The user of an image, its health check, its ports and its volumes do not count; this does. */
export interface ImageSettings {
  /** Follows the entry point where the user gives no arguments. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** What it wants to write to: a tmpfs with a size, unless something is mounted there. */
  readonly volumes: readonly string[];
}

/** What exactly was installed and proven; safe to commit: no secrets, machine paths, container ids or registry addresses. */
export interface LockEntry {
  readonly source: {
    readonly type: SourceType;
    readonly package: string;
    readonly path?: string;
    readonly version: string;
    readonly overrides: readonly string[];
    readonly bin: string;
    /** The day of its dependencies; absent: they were the newest. */
    readonly asOf?: Day;
    readonly dockerfile?: OwnDockerfile;
  };
  /** File name in `mcp.lock.d/`, and SHA-256 (hex) of its content. */
  readonly dependencies: { readonly file: string; readonly sha256: string };
  readonly base: { readonly image: string; readonly digest: string };
  readonly template: { readonly name: string; readonly version: string };
  /** SHA-256 (hex) of a folder's own files; absent of what a registry has. */
  readonly tree?: string;
  readonly systemPackages: readonly string[];
  readonly entrypoint: readonly string[];
  /** Of an image: what a container of it takes of its settings. */
  readonly image?: ImageSettings;
  readonly scripts: boolean;
  /** SHA-256 (hex) of all of the above that makes an image. */
  readonly recipe: string;
  readonly proven: {
    readonly era: ProtocolEra;
    readonly protocolVersion: string;
    readonly serverVersion: string;
    /** Where a server that listens answered. */
    readonly service?: ServiceAddress;
    /** Tool name → fingerprint (hex). */
    readonly tools: Readonly<Record<string, string>>;
    /** ISO 8601. */
    readonly at: string;
    readonly by: string;
  };
}

export interface Lock {
  readonly version: 1;
  readonly servers: Readonly<Record<string, LockEntry>>;
}
