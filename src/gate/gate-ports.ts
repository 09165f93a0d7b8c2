import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { McpConnector } from '../domain/mcp-connection.ts';
import type { Progress } from '../domain/progress.ts';
import type { GateTimeLimits } from './gate-request.ts';
import type { ScannerPrograms } from './image-scan.ts';

/** What the gate works with. */
export interface GatePorts {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly scanners: ScannerPrograms;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly limits?: GateTimeLimits;
}
