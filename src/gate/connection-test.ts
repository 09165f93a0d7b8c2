import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { McpConnection, McpConnector } from '../domain/mcp-connection.ts';
import { FLOOD } from './diagnosis/diagnose.ts';
import { diagnoseFailure, failureOf, LATE } from './failed-connection.ts';
import type { Failure } from './failed-connection.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateRequest } from './gate-request.ts';
import { PASSED } from './step-recorder.ts';
import type { StepResult } from './step-recorder.ts';
import { watchProcesses } from './watch-processes.ts';
import { within } from './within.ts';

export interface Connecting {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly clock: Clock;
  readonly container: GateContainer;
  readonly request: GateRequest;
  readonly roots: readonly string[];
  readonly seconds: number;
}

/** `initialize` within the time; a server that uses up its processes meanwhile is given up at once. */
export async function testConnection(connecting: Connecting, signal: AbortSignal): Promise<{ readonly result: StepResult; readonly connection?: McpConnection }> {
  const { engine, clock, container, request, seconds } = connecting;
  const connection = await connect(connecting, signal);
  if ('fault' in connection) {
    const { reason, suggestions } = await diagnoseFailure(engine, clock, container, request, connection, seconds, signal);
    return { result: { outcome: 'failed', reason, suggestions } };
  }
  return { result: manners(connection, container), connection };
}

async function connect({ engine, connector, clock, container, roots, seconds }: Connecting, signal: AbortSignal): Promise<McpConnection | Failure> {
  const answered = new AbortController();
  const connected = await within(clock, seconds, signal, async (limited) => {
    const crowded = watchProcesses(engine, clock, container, AbortSignal.any([limited, answered.signal]));
    const connection = connector.connect(container.streams, { roots }, AbortSignal.any([limited, answered.signal])).catch(failureOf);
    try {
      return await Promise.race([connection, crowded]);
    } finally {
      answered.abort();
    }
  });
  return connected.kind === 'late' ? LATE : connected.value;
}

/** What a server that answers does wrong beside. */
export function manners({ strayLines }: McpConnection, { stderr }: GateContainer): StepResult {
  const [first] = strayLines;
  const bad = [
    ...(first === undefined ? [] : [`it writes text to stdout, where only MCP belongs: «${first}»`]),
    ...(stderr.bytes > FLOOD ? [`it floods its log: ${Math.round(stderr.bytes / 1024 ** 2)} MiB on stderr`] : []),
  ];
  return bad.length === 0 ? PASSED : { outcome: 'warned', reason: bad.join('; ') };
}
