import type { ExitStatus } from '../../domain/container-engine.ts';

/** What is known when a server did not do what it should. */
export interface Evidence {
  /** The end of its stderr. */
  readonly stderr: string;
  readonly stderrBytes: number;
  /** Absent: it still runs. */
  readonly exit?: ExitStatus;
  /** What the connection saw: a kind of `McpFault`, `late` when the time was over, `crowded` when all its processes were used up. */
  readonly fault: string;
  /** The connection's own words. */
  readonly message: string;
  /** Seconds that it was given. */
  readonly seconds: number;
  /** Whether anything in the container still holds its stdout. */
  readonly output: 'open' | 'closed' | 'unknown';
  readonly settings: GivenSettings;
}

/** What the server was given, so that nothing is suggested that it has. */
export interface GivenSettings {
  /** As the user writes it. */
  readonly memory: string;
  readonly memoryBytes: number;
  readonly pids: number;
  /** Names of its variables. */
  readonly variables: readonly string[];
  readonly network: boolean;
}

export interface Diagnosis {
  /** One line. */
  readonly reason: string;
  /** What to type or do. */
  readonly suggestions: readonly string[];
  /** Only where other versions of its dependencies may mend it: the one that broke, null where nobody can tell. */
  readonly dependency?: string | null;
}
