import type { ManifestLocation, ManifestScope } from '../domain/manifest.ts';
import type { Progress } from '../domain/progress.ts';
import type { DoctorReport } from '../servers/doctor-report.ts';
import type { InstallRequest, InstallResult } from '../servers/install/install-request.ts';
import type { Consent } from '../servers/ports.ts';
import type { StatusReport } from '../servers/status-report.ts';
import type {
  ApproveResult, DisableResult, EnableResult, InfoResult, LogLine, Overview, PruneResult, SearchResult, TestResult, UninstallAllResult, UninstallResult,
} from './results.ts';

export interface ComposeOptions {
  /** `--engine`. */
  readonly engine?: string;
  readonly progress: Progress;
  readonly consent: Consent;
  /** A warning of the whole command: stderr, and `warnings` of `--json`. */
  readonly warn: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

export interface NamedServer {
  readonly location: ManifestLocation;
  readonly name: string;
}

export interface Leftovers {
  /** State volumes too. */
  readonly purge: boolean;
  readonly keepImages: boolean;
}

export interface LogsRequest extends NamedServer {
  /** The newest so many lines. */
  readonly tail: number;
  /** No older than so many milliseconds. */
  readonly sinceMilliseconds?: number;
  readonly follow: boolean;
}

/** Of a reference: everything that `install` would take. An installed server keeps its own settings. */
export interface TestRequest extends Omit<InstallRequest, 'reference' | 'test' | 'enable' | 'dryRun'> {
  readonly target: string;
}

/** What commands can ask for. `compose.ts` joins each to its use case; the signal is aborted by SIGINT and SIGTERM. */
export interface UseCases {
  locate(search: { readonly path?: string; readonly scope?: ManifestScope; readonly forRun: false }): Promise<ManifestLocation>;
  install(request: InstallRequest, signal: AbortSignal): Promise<InstallResult>;
  uninstall(request: NamedServer & Leftovers, signal: AbortSignal): Promise<UninstallResult>;
  uninstallAll(request: Leftovers, signal: AbortSignal): Promise<UninstallAllResult>;
  enable(request: NamedServer, signal: AbortSignal): Promise<EnableResult>;
  disable(request: NamedServer, signal: AbortSignal): Promise<DisableResult>;
  /** Shows the difference and asks through the Consent port. */
  approve(request: NamedServer, signal: AbortSignal): Promise<ApproveResult>;
  status(request: { readonly location: ManifestLocation; readonly name?: string }, signal: AbortSignal): Promise<StatusReport>;
  logs(request: LogsRequest, signal: AbortSignal): AsyncIterable<LogLine>;
  test(request: TestRequest, signal: AbortSignal): Promise<TestResult>;
  doctor(request: { readonly location?: ManifestLocation }, signal: AbortSignal): Promise<DoctorReport>;
  prune(request: { readonly dryRun: boolean }, signal: AbortSignal): Promise<PruneResult>;
  search(query: string, signal: AbortSignal): Promise<SearchResult>;
  info(name: string, signal: AbortSignal): Promise<InfoResult>;
  overview(request: { readonly location: ManifestLocation }, signal: AbortSignal): Promise<Overview>;
}
