import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { GateReport } from '../domain/gate-report.ts';
import type { McpConnector } from '../domain/mcp-connection.ts';
import type { Progress } from '../domain/progress.ts';
import { createRedactor } from '../domain/redact.ts';
import { GATE_TIME_LIMITS } from './gate-request.ts';
import type { GateRequest, GateTimeLimits } from './gate-request.ts';
import { GateRun } from './gate-run.ts';
import type { ScannerPrograms } from './image-scan.ts';
import { StepRecorder } from './step-recorder.ts';

export interface GatePorts {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly scanners: ScannerPrograms;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly limits?: GateTimeLimits;
}

/** The tests that a server must pass, in throw-away containers. Whatever happens, none of them is left. */
export class MCPTester {
  readonly #ports: GatePorts;

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  /** What a server does wrong stands in the report; what the engine does wrong, and an abort, is thrown. */
  async test(request: GateRequest, signal: AbortSignal): Promise<GateReport> {
    const { clock, progress, limits = GATE_TIME_LIMITS } = this.#ports;
    const recorder = new StepRecorder(progress, clock, createRedactor(request.secrets));
    await using run = new GateRun({ ...this.#ports, limits }, request, recorder, signal);
    await run.steps();
    return recorder.report(run.proven);
  }
}
