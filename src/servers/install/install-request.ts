import type { Day } from '../../domain/day.ts';
import type { OwnDockerfile } from '../../domain/package.ts';
import type { ManifestLimits, ManifestLocation } from '../../domain/manifest.ts';
import type { WantedService } from '../../domain/service.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import type { EnableResult } from '../enable-server.ts';

/** Permissions as flags gave them; paths are relative to the working folder, `PATH` or `PATH:AT`. */
export interface GrantFlags {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** true: everything; hosts, `localhost:5432`: only these. */
  readonly net: boolean | readonly string[];
  /** Names that the server may see, from `--allow-env`. */
  readonly env: readonly string[];
  readonly scripts: boolean;
  readonly controlFiles: boolean;
}

export interface RequestedValue {
  readonly name: string;
  /** Undefined: from the variable of this environment that `from` names, else of its own name. */
  readonly value: string | undefined;
  readonly from?: string;
  /** Kept with the secrets, whatever it looks like. */
  readonly secret?: boolean;
}

/** The external entry of this name that the server takes the place of. */
export interface ReplacedEntry {
  /** As it stands in the manifest; undefined: it stands in a client's file only. */
  readonly text: string | undefined;
  /** Lines for consent: what of the plan comes from the entry, and nobody typed. */
  readonly lines: readonly string[];
}

export interface InstallRequest {
  readonly reference: string;
  readonly location: ManifestLocation;
  readonly workingFolder: string;
  readonly name?: string;
  readonly bin?: string;
  readonly overrides: readonly string[];
  /** Of the base image's distribution. */
  readonly systemPackages?: readonly string[];
  /** The day whose dependencies it gets; false: the newest alone; undefined: the newest that start. */
  readonly asOf?: Day | false;
  /** Of a folder or a repository. */
  readonly dockerfile?: OwnDockerfile;
  /** After `--`; undefined: the package's own. */
  readonly arguments: readonly string[];
  readonly grants: GrantFlags;
  /** `--env NAME=VALUE`, `--env NAME` (from this environment: value undefined) and the lines of `--env-file`. */
  readonly values: readonly RequestedValue[];
  /** `HOST:CONTAINER[:ro]`. */
  readonly volumes: readonly string[];
  readonly network?: string;
  /** It listens; undefined: it reads its stdin. What is left out stays as it was. */
  readonly service?: Partial<WantedService>;
  readonly limits: ManifestLimits;
  /** The full gate. */
  readonly test: boolean;
  readonly enable: boolean;
  readonly dryRun: boolean;
  readonly replaces?: ReplacedEntry;
}

/** The plan as plain data: what `--dry-run` prints and tests compare. */
export interface InstallPlan {
  readonly server: string;
  readonly manifest: string;
  readonly title: string;
  readonly description: string;
  /** Everything that contributes code, with its origin. */
  readonly code: readonly { readonly what: 'package' | 'dependencies' | 'override' | 'system package' | 'base image' | 'template' | 'lifecycle scripts' | 'Dockerfile' | 'companion'; readonly name: string; readonly origin: string }[];
  readonly arguments: readonly string[];
  /** Where values come from, never a value. */
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: {
    readonly net: string;
    readonly read: readonly string[];
    readonly write: readonly string[];
    readonly volumes: readonly string[];
    readonly state: readonly string[];
    readonly env: readonly string[];
    readonly scripts: boolean;
  };
  readonly limits: { readonly memory: string; readonly cpus: string; readonly pids: number };
  /** `stdio`, or how and where it listens. */
  readonly transport: string;
  readonly gate: 'full' | 'connection and capabilities';
  readonly missing: readonly string[];
}

export interface InstallResult {
  /** `updated`: it was installed, and has other settings now. */
  readonly outcome: 'installed' | 'updated' | 'already-installed' | 'planned';
  readonly server: string;
  readonly manifest: string;
  readonly version: string;
  readonly image: string;
  readonly recipe: string;
  readonly built: boolean;
  readonly plan: InstallPlan;
  /** The day of its dependencies, where they are not the newest. */
  readonly asOf?: string;
  readonly gate?: GateReport;
  /** What is, or would be, other than what was installed: a line each, without a value of a variable. */
  readonly changes: readonly string[];
  /** Whether it is enabled now, by this run or an earlier one. */
  readonly enabled: boolean;
  /** What `--enable` did. */
  readonly enabling?: EnableResult;
  /** Values that it needs and that were not given. */
  readonly missing: readonly string[];
}

