import type { Deprecation, MarketplacePackage } from '../domain/package.ts';
import type { LogLine } from '../servers/session-logs.ts';
import type { Shell } from './completion/completion-script.ts';

/* Results that only a command has: each is the `result` of its `--json`. The others stand beside their use cases. */

export interface LogsResult {
  readonly server: string;
  readonly manifest: string;
  readonly lines: readonly LogLine[];
}

interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  /** `pypi:postgres-mcp` */
  readonly source: string;
  readonly deprecated?: Deprecation;
}

export interface SearchResult {
  readonly query: string;
  readonly packages: readonly FoundPackage[];
}

export type CompletionResult =
  | { readonly kind: 'script'; readonly shell: Shell; readonly script: string }
  | { readonly kind: 'names'; readonly names: readonly string[] };

export interface InfoResult {
  readonly package: MarketplacePackage;
}
