/** `status`: one row a server; `--json` prints it as it is. */
export interface StatusReport {
  readonly manifest: string;
  readonly engine: { readonly reachable: boolean; readonly name: string; readonly reason: string };
  readonly servers: readonly ServerStatus[];
  readonly standbyMemoryBytes: number;
}

export interface ServerStatus {
  readonly name: string;
  readonly mode: 'docker' | 'external';
  /** `ready`: enabled, with a standby or as a service that answers; `idle`: enabled without one; `failed`: a service that ended and is not started again; `installed`: not enabled. */
  readonly state: 'ready' | 'idle' | 'failed' | 'installed' | 'not-installed' | 'not-approved' | 'external' | 'unknown';
  readonly version: string;
  readonly enabled: boolean;
  readonly sessions: number;
  readonly standbys: number;
  /** Of a service: where it answers on this machine; null of every other. */
  readonly url: string | null;
  /** Percent of one CPU over the last sample; null when nothing runs or the engine is away. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly permissions: { readonly net: string; readonly read: readonly string[]; readonly write: readonly string[]; readonly env: readonly string[] };
  /** What weakens the profile, drifted or is missing, one line each with what to type. */
  readonly problems: readonly string[];
}
