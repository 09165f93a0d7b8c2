import { CcMcpError } from '../domain/errors.ts';
import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { Diagnosis, GivenSettings } from './diagnosis/evidence.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateRequest } from './gate-request.ts';
import { standardOutput } from './standard-output.ts';
import { within } from './within.ts';

/** How long a server whose output ended may take to be gone. */
const EXIT_SECONDS = 2;

/** What the connection to a server came to in place of an answer. */
export interface Failure {
  readonly fault: string;
  readonly message: string;
}

export const LATE: Failure = { fault: 'late', message: 'it did not answer' };

/** A failure that the connector names; everything else is no result of a test. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CcMcpError && error.code === 'GATE_FAILED') return { fault: String(error.details['fault'] ?? 'invalid'), message: error.message };
  throw error;
}

/** Gathers what can be known of a server that failed, while its container is still there. */
export async function diagnoseFailure(
  engine: ContainerEngine, clock: Clock, container: GateContainer, request: GateRequest, failure: Failure, seconds: number, signal: AbortSignal,
): Promise<Diagnosis> {
  const ended = failure.fault === 'closed' || failure.fault === 'partial-line';
  if (ended) await within(clock, EXIT_SECONDS, signal, () => container.exited);
  const { exit, stderr, spec } = container;
  return diagnose({
    ...failure,
    stderr: stderr.text,
    stderrBytes: stderr.bytes,
    ...(exit && { exit }),
    seconds,
    output: exit === undefined && failure.fault === 'late' ? await standardOutput(engine, clock, container.id, signal) : 'unknown',
    settings: settingsOf(spec, request),
  });
}

export function settingsOf(spec: GateContainer['spec'], request: GateRequest): GivenSettings {
  return { memory: request.memory, memoryBytes: spec.memoryBytes, pids: spec.pids, variables: Object.keys(spec.environment), network: spec.network.kind !== 'none' };
}
