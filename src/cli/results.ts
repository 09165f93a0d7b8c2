import type { MarketplacePackage } from '../domain/package.ts';
import type { GateReport } from '../domain/gate-report.ts';

/* What the use cases answer where floor 2 has no report of its own: each is the `result` of one command's `--json`. */

export interface RemovedThings {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: readonly string[];
  readonly images: readonly string[];
  /** Client files that held an entry of ours. */
  readonly clientEntries: readonly string[];
}

export interface UninstallResult {
  readonly outcome: 'uninstalled';
  readonly server: string;
  readonly manifest: string;
  readonly removed: RemovedThings;
  /** What stays, a line each with how to remove it. */
  readonly kept: readonly string[];
}

export interface UninstallAllResult {
  readonly outcome: 'uninstalled-all';
  readonly servers: readonly string[];
  readonly removed: RemovedThings;
  readonly kept: readonly string[];
}

export interface EnableResult {
  readonly outcome: 'enabled' | 'already-enabled';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string;
  readonly standby: 'ready' | 'already-there' | 'off';
}

export interface DisableResult {
  readonly outcome: 'disabled' | 'already-disabled';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string | null;
  /** Whether an entry that stood there before came back. */
  readonly restored: boolean;
}

export interface ApproveResult {
  readonly outcome: 'approved' | 'already-approved';
  readonly server: string;
  readonly manifest: string;
  readonly changes: readonly string[];
}

export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly session: string;
  readonly text: string;
}

export interface LogsResult {
  readonly server: string;
  readonly manifest: string;
  readonly lines: readonly LogLine[];
}

export interface TestResult {
  readonly target: string;
  /** Name of the installed server, null for a reference. */
  readonly server: string | null;
  readonly gate: GateReport;
}

export interface PruneResult {
  readonly dryRun: boolean;
  readonly removed: {
    readonly containers: readonly string[];
    readonly networks: readonly string[];
    readonly volumes: readonly string[];
    readonly images: readonly string[];
  };
  readonly reclaimedBytes: number;
}

export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly source: string;
}

export interface SearchResult {
  readonly query: string;
  readonly packages: readonly FoundPackage[];
}

export interface InfoResult {
  readonly package: MarketplacePackage;
}

export interface Overview {
  readonly version: string;
  readonly manifest: string;
  readonly servers: readonly { readonly name: string; readonly state: string }[];
}
