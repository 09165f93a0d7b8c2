import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import { toolFingerprint } from '../domain/fingerprint.ts';
import type { ProvenServer } from '../domain/gate-report.ts';
import type { McpConnection } from '../domain/mcp-connection.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { diagnoseFailure, failureOf, LATE } from './failed-connection.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateRequest } from './gate-request.ts';
import type { ServedTexts } from './poisoning/find-poisoning.ts';
import { PASSED } from './step-recorder.ts';
import type { StepResult } from './step-recorder.ts';
import { within } from './within.ts';

export interface Asking {
  readonly engine: ContainerEngine;
  readonly clock: Clock;
  readonly container: GateContainer;
  readonly connection: McpConnection;
  readonly request: GateRequest;
  readonly seconds: number;
}

export interface Capabilities {
  readonly result: StepResult;
  readonly proven?: ProvenServer;
  /** What it shows to a model before anything is called. */
  readonly served?: ServedTexts;
}

/** Lists what the server announced, and nothing that it did not. */
export async function testCapabilities({ engine, clock, container, connection, request, seconds }: Asking, signal: AbortSignal): Promise<Capabilities> {
  const { capabilities } = connection;
  const listed = await within(clock, seconds, signal, async (limited) => {
    try {
      return {
        tools: capabilities.tools ? await connection.listTools(limited) : [],
        resources: capabilities.resources ? await connection.listResources(limited) : [],
        prompts: capabilities.prompts ? await connection.listPrompts(limited) : [],
      };
    } catch (error) {
      // Aborts are not ours to explain.
      if (limited.aborted) throw error;
      return failureOf(error);
    }
  });
  const value = listed.kind === 'late' ? LATE : listed.value;
  if ('fault' in value) {
    const diagnosis = await diagnoseFailure(engine, clock, container, request, value, seconds, signal);
    return { result: { outcome: 'failed', ...diagnosis } };
  }
  const { tools, resources, prompts } = value;
  const nothing = !capabilities.tools && !capabilities.resources && !capabilities.prompts;
  return {
    result: nothing ? { outcome: 'warned', reason: 'it offers neither tools nor resources nor prompts' } : { ...PASSED, reason: counted(tools.length, resources.length, prompts.length) },
    proven: {
      era: connection.era,
      protocolVersion: connection.protocolVersion,
      serverName: sanitizeLine(connection.server.name, 100),
      serverVersion: sanitizeLine(connection.server.version, 100),
      tools: Object.fromEntries(tools.map((tool) => [tool.name, toolFingerprint(tool)])),
      resources: resources.length,
      prompts: prompts.length,
    },
    served: { instructions: connection.instructions, tools, resources, prompts },
  };
}

function counted(tools: number, resources: number, prompts: number): string {
  const counts = [[tools, 'tool'], [resources, 'resource'], [prompts, 'prompt']] as const;
  return counts.filter(([count], index) => count > 0 || index === 0).map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`).join(', ');
}
