import type { ErrorCode } from '../../domain/errors.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import type { ManifestLocation } from '../../domain/manifest.ts';
import type { InstallPlan } from './install-request.ts';

export interface LockedInstallRequest {
  readonly location: ManifestLocation;
  /** A lock that is missing or differs is an error, and so is a base image that is not the locked one. */
  readonly frozen: boolean;
  /** Lifecycle scripts have a consent of their own. */
  readonly allowScripts: boolean;
  readonly test: boolean;
  readonly enable: boolean;
  readonly dryRun: boolean;
}

export interface LockedServerResult {
  readonly server: string;
  readonly outcome: 'installed' | 'up-to-date' | 'planned' | 'failed';
  readonly version: string;
  readonly image: string;
  readonly recipe: string;
  readonly built: boolean;
  readonly enabled: boolean;
  /** Values that it needs and that nobody gave. */
  readonly missing: readonly string[];
  readonly plan?: InstallPlan;
  readonly gate?: GateReport;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly suggestions: readonly string[] };
}

export interface LockedInstallResult {
  readonly manifest: string;
  readonly servers: readonly LockedServerResult[];
}
