import type { Clock } from '../domain/clock.ts';
import type { McpConnection } from '../domain/mcp-connection.ts';
import { helperOutOfMemory } from './diagnosis/exhausted.ts';
import type { GateContainer } from './gate-container.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import { PASSED } from './step-recorder.ts';
import type { StepResult } from './step-recorder.ts';
import { within } from './within.ts';

/** A server should exit when its input ends. Many do not, so it is a warning: `run` stops those. */
export async function testShutdown(clock: Clock, container: GateContainer, connection: McpConnection, memory: string, seconds: number, signal: AbortSignal): Promise<StepResult> {
  connection.closeInput();
  const exited = await within(clock, seconds, signal, () => container.exited);
  if (exited.kind === 'late') return { outcome: 'warned', reason: `it runs on when its input ends, and has to be stopped (waited ${seconds} s)` };
  const { exitCode, oomKilled } = exited.value;
  if (exitCode > 128) return { outcome: 'warned', reason: `it crashes when its input ends (exit code ${exitCode})` };
  return oomKilled ? { outcome: 'warned', ...helperOutOfMemory({ memory, memoryBytes: container.spec.memoryBytes }) } : PASSED;
}

/** One that listens has no input: it is told to stop, as `stop` and the engine do it. */
export async function testStop(engine: ContainerEngine, clock: Clock, container: GateContainer, seconds: number, signal: AbortSignal): Promise<StepResult> {
  const stopped = await within(clock, seconds + 1, signal, async (limited) => {
    await engine.stop(container.id, seconds, limited);
    return await container.exited;
  });
  return stopped.kind === 'done' && stopped.value.exitCode !== 137 ? PASSED : { outcome: 'warned', reason: `it does not stop when it is told to, and has to be killed (waited ${seconds} s)` };
}
