import type { Clock } from '../domain/clock.ts';
import type { McpConnection } from '../domain/mcp-connection.ts';
import { helperOutOfMemory } from './diagnosis/exhausted.ts';
import type { GateContainer } from './gate-container.ts';
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
