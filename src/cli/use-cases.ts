import type { ManifestLocation, ManifestScope } from '../domain/manifest.ts';
import type { Progress } from '../domain/progress.ts';
import type { ApproveResult } from '../servers/approve-server.ts';
import type { DisableResult } from '../servers/disable-server.ts';
import type { DoctorReport } from '../servers/doctor-report.ts';
import type { EnableResult } from '../servers/enable-server.ts';
import type { InstallRequest, InstallResult } from '../servers/install/install-request.ts';
import type { LockedInstallRequest, LockedInstallResult } from '../servers/install/locked-install-request.ts';
import type { RebuildRequest, RebuildResult } from '../servers/install/rebuild-server.ts';
import type { MigrateRequest, MigrateResult } from '../servers/migrate/migrate-request.ts';
import type { Overview } from '../servers/overview.ts';
import type { Consent } from '../servers/ports.ts';
import type { PruneResult } from '../servers/prune.ts';
import type { LogsRequest } from '../servers/read-logs.ts';
import type { LogLine } from '../servers/session-logs.ts';
import type { ConfigResult } from '../servers/settings.ts';
import type { RestartResult } from '../servers/restart-server.ts';
import type { StartResult } from '../servers/start-server.ts';
import type { StatusReport } from '../servers/status-report.ts';
import type { StopResult } from '../servers/stop-server.ts';
import type { TestRequest, TestResult } from '../servers/test-server.ts';
import type { UninstallAllResult } from '../servers/uninstall-all.ts';
import type { UninstallResult } from '../servers/uninstall-server.ts';
import type { ConfigAction } from './flags/config-action.ts';
import type { InfoResult, SearchResult } from './results.ts';

export interface ComposeOptions {
  /** `--engine`. */
  readonly engine?: string;
  readonly progress: Progress;
  readonly consent: Consent;
  /** A warning of the whole command: stderr, and `warnings` of `--json`. */
  readonly warn: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Whether to clean up after dead sessions and commands first, which asks the engine; else done. */
  readonly tidy?: boolean;
}

interface NamedServer {
  readonly location: ManifestLocation;
  readonly name: string;
}

export interface Leftovers {
  /** State volumes too. */
  readonly purge: boolean;
  readonly keepImages: boolean;
}

/** What commands can ask for. `compose.ts` joins each to its use case; the signal is aborted by SIGINT and SIGTERM. */
export interface UseCases {
  locate(search: { readonly path?: string; readonly scope?: ManifestScope; readonly forRun: false }): Promise<ManifestLocation>;
  install(request: InstallRequest, signal: AbortSignal): Promise<InstallResult>;
  installLocked(request: LockedInstallRequest, signal: AbortSignal): Promise<LockedInstallResult>;
  uninstall(request: NamedServer & Leftovers, signal: AbortSignal): Promise<UninstallResult>;
  uninstallAll(request: Leftovers, signal: AbortSignal): Promise<UninstallAllResult>;
  enable(request: NamedServer, signal: AbortSignal): Promise<EnableResult>;
  disable(request: NamedServer, signal: AbortSignal): Promise<DisableResult>;
  migrate(request: MigrateRequest, signal: AbortSignal): Promise<MigrateResult>;
  /** The reverse: what a server took the place of comes back, and the server goes. */
  restore(request: NamedServer, signal: AbortSignal): Promise<DisableResult>;
  start(request: NamedServer, signal: AbortSignal): Promise<StartResult>;
  stop(request: NamedServer, signal: AbortSignal): Promise<StopResult>;
  restart(request: NamedServer, signal: AbortSignal): Promise<RestartResult>;
  rebuild(request: RebuildRequest, signal: AbortSignal): Promise<RebuildResult>;
  /** Shows the difference and asks through the Consent port. */
  approve(request: NamedServer, signal: AbortSignal): Promise<ApproveResult>;
  status(request: { readonly location: ManifestLocation; readonly name?: string }, signal: AbortSignal): Promise<StatusReport>;
  logs(request: LogsRequest, signal: AbortSignal): AsyncIterable<LogLine>;
  test(request: TestRequest, signal: AbortSignal): Promise<TestResult>;
  config(action: ConfigAction): Promise<ConfigResult>;
  doctor(request: { readonly location?: ManifestLocation }, signal: AbortSignal): Promise<DoctorReport>;
  prune(request: { readonly dryRun: boolean }, signal: AbortSignal): Promise<PruneResult>;
  search(query: string, signal: AbortSignal): Promise<SearchResult>;
  info(name: string, signal: AbortSignal): Promise<InfoResult>;
  overview(request: { readonly location: ManifestLocation }, signal: AbortSignal): Promise<Overview>;
}
