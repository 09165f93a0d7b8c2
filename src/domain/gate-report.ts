import type { Step } from './progress.ts';
import type { ProtocolEra } from './protocol-era.ts';
import type { ServiceAddress } from './service.ts';

export type GateOutcome = 'passed' | 'warned' | 'failed' | 'skipped';

/** A host that a server asked for by name. */
export interface TriedHost {
  readonly host: string;
  /** By its package; null where no index names one. */
  readonly asked: boolean | null;
  readonly granted: boolean;
}

export interface GateStep {
  readonly step: Extract<Step, 'companion' | 'connection' | 'capabilities' | 'calls' | 'security' | 'network' | 'shutdown'>;
  readonly outcome: GateOutcome;
  /** «Connection test», «Query test», …: shown as «✓ Connection test passed». */
  readonly title: string;
  /** Why it failed, warned or was skipped, one line; empty when it passed. */
  readonly reason: string;
  /** What to type or do about it. */
  readonly suggestions: readonly string[];
  /** Of a failure that other versions of its dependencies may mend: the one that broke, null where nobody can tell. */
  readonly dependency?: string | null;
  /** Of the network test: what it tried to reach. */
  readonly hosts?: readonly TriedHost[];
  readonly milliseconds: number;
}

/** What the gate learned, for the lock and for `run`. */
export interface ProvenServer {
  readonly era: ProtocolEra;
  readonly protocolVersion: string;
  readonly serverName: string;
  readonly serverVersion: string;
  /** Tool name → fingerprint. */
  readonly tools: Readonly<Record<string, string>>;
  readonly resources: number;
  readonly prompts: number;
  /** Where a server that listens answered. */
  readonly service?: ServiceAddress;
}

export interface GateReport {
  readonly outcome: 'passed' | 'warned' | 'failed';
  readonly steps: readonly GateStep[];
  /** Of all of it: also what lies between its steps, and the removal of its containers. */
  readonly milliseconds: number;
  readonly proven?: ProvenServer;
}
