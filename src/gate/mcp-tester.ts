import type { GateReport, ProvenServer } from '../domain/gate-report.ts';
import { createRedactor } from '../domain/redact.ts';
import type { GatePorts } from './gate-ports.ts';
import { GATE_TIME_LIMITS } from './gate-request.ts';
import type { GateRequest } from './gate-request.ts';
import { GateRun } from './gate-run.ts';
import { StepRecorder } from './step-recorder.ts';

/** The tests that a server must pass, in throw-away containers. Whatever happens, none of them is left. */
export class MCPTester {
  readonly #ports: GatePorts;

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  /** What a server does wrong stands in the report; what the engine does wrong, and an abort, is thrown. */
  async test(request: GateRequest, signal: AbortSignal): Promise<GateReport> {
    const { clock, progress, limits = GATE_TIME_LIMITS } = this.#ports;
    const begin = clock.monotonic();
    const recorder = new StepRecorder(progress, clock, createRedactor(request.secrets));
    const proven = await allSteps(new GateRun({ ...this.#ports, limits }, request, recorder, signal));
    return { ...recorder.report(proven), milliseconds: Math.round(clock.monotonic() - begin) };
  }
}

async function allSteps(opened: GateRun): Promise<ProvenServer | undefined> {
  await using run = opened;
  await run.steps();
  return run.proven;
}
