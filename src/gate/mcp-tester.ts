import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, ContainerSpec } from '../domain/container-engine.ts';
import type { GateReport } from '../domain/gate-report.ts';
import type { McpConnection, McpConnector } from '../domain/mcp-connection.ts';
import type { Progress } from '../domain/progress.ts';
import { createRedactor } from '../domain/redact.ts';
import { testCall } from './call-test.ts';
import { testCapabilities } from './capability-test.ts';
import { startCompanion } from './companion.ts';
import type { RunningCompanion } from './companion.ts';
import { testConnection } from './connection-test.ts';
import { GateContainer } from './gate-container.ts';
import { GATE_TIME_LIMITS } from './gate-request.ts';
import type { GateRequest, GateTimeLimits } from './gate-request.ts';
import type { ScannerPrograms } from './image-scan.ts';
import { testSecurity } from './security-test.ts';
import { testShutdown } from './shutdown-test.ts';
import { StepRecorder } from './step-recorder.ts';
import { besideCompanion, filledIn, standIns, TEST_FOLDER, withoutUserData } from './test-spec.ts';

export interface GatePorts {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly scanners: ScannerPrograms;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly limits?: GateTimeLimits;
}

const USE_TEST = 'use --test';
const UNMET = 'an earlier test failed';

/** The tests that a server must pass, in throw-away containers. Whatever happens, none of them is left. */
export class MCPTester {
  readonly #ports: GatePorts;

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  async test(request: GateRequest, signal: AbortSignal): Promise<GateReport> {
    await using stack = new AsyncDisposableStack();
    return await new GateRun(this.#ports, request, stack, signal).run();
  }
}
