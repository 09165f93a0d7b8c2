import type { ArchiveFile } from './container-engine.ts';

export interface ToolRun {
  readonly image: string;
  readonly command: readonly string[];
  /** Written below `/work` before the start. */
  readonly files: readonly ArchiveFile[];
  /** Read from below `/work` after exit 0; one that is missing is absent from the result. */
  readonly outputs: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** `host` where what it asks listens on this machine's loopback (Linux); `none` where code of a package runs: without proxies too. */
  readonly network: 'default' | 'host' | 'none';
  /** Seconds. */
  readonly timeLimit: number;
  /** Only where no code of a package runs. */
  readonly secret?: ToolSecret;
}

/** A file with credentials, in the memory of the container alone: never in a layer, in its settings or in what the program says. */
export interface ToolSecret {
  /** Directly below `/tmp`. */
  readonly path: string;
  readonly content: string;
  /** What must not stand in the output, in any spelling. */
  readonly values: readonly string[];
}

export interface ToolResult {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** stdout and stderr, interleaved, sanitized, the last 64 KiB. */
  readonly output: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Runs a resolver or another program that touches what a stranger wrote, in a throw-away container of ours with network, the host's
 * extra CA bundle and proxies, without anything else of the host. It is removed whatever happens.
 */
export interface ToolContainers {
  run(request: ToolRun, onLine: (line: string) => void, signal?: AbortSignal): Promise<ToolResult>;
}
