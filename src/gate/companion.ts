import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, ContainerSpec } from '../domain/container-engine.ts';
import type { Companion } from '../domain/package.ts';
import { companionSpec } from './companion-spec.ts';
import { telling } from './diagnosis/telling-lines.ts';
import { GateContainer } from './gate-container.ts';
import type { StepResult } from './step-recorder.ts';
import { within } from './within.ts';

const READY_INTERVAL = 200;
const NAME_LENGTH = 63;
/** How long the engine may take to tell the exit code of one that is gone. */
const EXIT_SECONDS = 5;

/** A companion that answers, and where the server finds it. */
export interface RunningCompanion {
  readonly network: string;
  /** Its name on that network. */
  readonly host: string;
}

export interface CompanionRequest {
  readonly companion: Companion;
  readonly image: string;
  /** The server's: names and labels follow from it. */
  readonly spec: ContainerSpec;
  readonly seconds: number;
}

/** Starts a companion on a network of its own, without a route, and waits until its own check says that it is ready. What it makes goes to `stack`. */
export async function startCompanion(
  engine: ContainerEngine, clock: Clock, request: CompanionRequest, stack: AsyncDisposableStack, signal: AbortSignal,
): Promise<{ readonly result: StepResult; readonly running?: RunningCompanion }> {
  const { companion, image, spec, seconds } = request;
  const network = `${spec.name}-net`;
  const host = `${spec.name}-${companion.name}`.slice(0, NAME_LENGTH).replace(/[^A-Za-z0-9]+$/, '');
  stack.defer(() => engine.removeNetwork(network));
  await engine.createNetwork({ name: network, labels: spec.labels, internal: true });
  signal.throwIfAborted();
  const container = stack.use(await GateContainer.start(engine, companionSpec(companion, image, { name: host, network, labels: spec.labels }), signal));
  container.streams.stdout.resume();
  const ready = await within(clock, seconds, signal, (limited) => untilReady(engine, clock, container, companion.ready, limited));
  if (ready.kind === 'done' && ready.value === 'ready') return { result: { outcome: 'passed', label: `Companion ${companion.name} is ready` }, running: { network, host } };
  // The check may have found it gone before its end was told.
  if (ready.kind === 'done') await within(clock, EXIT_SECONDS, signal, () => container.exited);
  const reason = ready.kind === 'late' ? `the companion ${companion.name} was not ready within ${seconds} s` : `the companion ${companion.name} exited with code ${container.exit?.exitCode ?? 'unknown'}`;
  return { result: { outcome: 'failed', reason: `${reason}${telling(container.stderr.text)}`, suggestions: [] } };
}

async function untilReady(engine: ContainerEngine, clock: Clock, container: GateContainer, command: readonly string[], signal: AbortSignal): Promise<'ready' | 'exited'> {
  for (;;) {
    if (container.exit !== undefined) return 'exited';
    try {
      if ((await engine.exec(container.id, command, signal)).exitCode === 0) return 'ready';
    } catch (error) {
      // It may have exited between the look and the check: then the engine refuses the check.
      const state = (await engine.inspect(container.id, signal))?.state;
      if (state?.status === 'running') throw error;
      return 'exited';
    }
    await clock.sleep(READY_INTERVAL, signal);
  }
}
