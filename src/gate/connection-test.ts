import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { McpConnection, McpConnector } from '../domain/mcp-connection.ts';
import { FLOOD } from './diagnosis/diagnose.ts';
import type { EraProbe, FreshServer } from './era-probe.ts';
import { diagnoseFailure, failureOf, LATE } from './failed-connection.ts';
import type { Failure } from './failed-connection.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateRequest } from './gate-request.ts';
import { PASSED } from './step-recorder.ts';
import type { StepResult } from './step-recorder.ts';
import { listeningPorts } from './listening-ports.ts';
import { watchProcesses } from './watch-processes.ts';
import { within } from './within.ts';

export interface Connecting {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly clock: Clock;
  readonly container: GateContainer;
  readonly streams: FreshServer['streams'];
  readonly request: GateRequest;
  readonly roots: readonly string[];
  readonly seconds: number;
  /** `modern`: it is known to speak nothing older. */
  readonly era?: 'modern';
  /** Asked of a server that keeps silent. */
  readonly probe?: EraProbe;
}

/** Of a server that speaks only what `initialize` does not belong to, and does not say so. */
const NEWER: Failure = { fault: 'newer', message: 'it does not answer initialize, and answers server/discover' };
/** So long an answer to `initialize` may take before the server is suspected to know no such thing. */
const SILENCE = 5000;

/** `initialize` within the time; a server that uses up its processes meanwhile is given up at once. */
export async function testConnection(
  connecting: Connecting, signal: AbortSignal,
): Promise<{ readonly result: StepResult; readonly connection?: McpConnection } | 'newer'> {
  const { engine, clock, container, request, seconds } = connecting;
  const connection = await connect(connecting, signal);
  if (connection === NEWER) return 'newer';
  if ('fault' in connection) {
    const listens = connection === LATE && request.service === undefined ? await listening(engine, container, seconds, signal) : undefined;
    if (listens !== undefined) return { result: listens };
    const diagnosis = await diagnoseFailure(engine, clock, container, request, connection, seconds, signal);
    return { result: { outcome: 'failed', ...diagnosis } };
  }
  return { result: manners(connection, container), connection };
}

/** Of one that keeps silent over stdio: it may be waiting for clients elsewhere. */
async function listening(engine: ContainerEngine, container: GateContainer, seconds: number, signal: AbortSignal): Promise<StepResult | undefined> {
  const ports = container.exit === undefined ? ((await listeningPorts(engine, container.id, signal)) ?? []).map(({ port }) => port) : [];
  if (ports.length === 0) return undefined;
  return {
    outcome: 'failed', reason: `it did not answer over stdio within ${seconds} s, and listens on port ${ports.join(', ')}`,
    suggestions: ['--transport http, where it speaks MCP over HTTP there', 'or the argument, after --, that makes it speak over stdio'],
  };
}

async function connect({ engine, connector, clock, container, streams, roots, seconds, era, probe }: Connecting, signal: AbortSignal): Promise<McpConnection | Failure> {
  const answered = new AbortController();
  const connected = await within(clock, seconds, signal, async (limited) => {
    const waiting = AbortSignal.any([limited, answered.signal]);
    const crowded = watchProcesses(engine, clock, container, waiting);
    const connection = connector.connect(streams, { roots, ...(era && { era }) }, waiting).catch(failureOf);
    const newer = suspect(probe, clock, waiting);
    try {
      return await Promise.race([connection, crowded, newer]);
    } finally {
      answered.abort();
    }
  });
  return connected.kind === 'late' ? LATE : connected.value;
}

/** Settles when a silent server turns out to be of the newer era alone; never when that does not happen. */
async function suspect(probe: EraProbe | undefined, clock: Clock, signal: AbortSignal): Promise<Failure> {
  try {
    await clock.sleep(SILENCE, signal);
    if ((await probe?.answer()) === true) return NEWER;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return new Promise(() => undefined);
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
