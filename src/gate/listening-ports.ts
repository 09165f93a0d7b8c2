import type { ContainerEngine, ContainerId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';

export interface ListeningPort {
  readonly port: number;
  /** Nothing outside its container reaches it there. */
  readonly loopbackOnly: boolean;
}

const LISTENS = '0A';
/** The engine's own name server, which every container on a network has. */
const ENGINE_RESOLVER = '0B00007F';
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** Where the processes of a container listen. Undefined: its image has nothing that could tell. */
export async function listeningPorts(engine: ContainerEngine, id: ContainerId, signal: AbortSignal): Promise<readonly ListeningPort[] | undefined> {
  try {
    const { exitCode, output } = await engine.exec(id, ['cat', '/proc/net/tcp', '/proc/net/tcp6'], signal);
    // Without IPv6 the second is not there.
    return exitCode > 1 ? undefined : parseSockets(output);
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code === 'ENGINE_UNREACHABLE') throw error;
    return undefined;
  }
}

export function parseSockets(table: string): readonly ListeningPort[] {
  const ports = new Map<number, boolean>();
  for (const [, address = '', port = '', state] of table.matchAll(/^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /gm)) {
    if (state !== LISTENS || address === ENGINE_RESOLVER) continue;
    const number = Number.parseInt(port, 16);
    ports.set(number, LOOPBACK.test(address) && (ports.get(number) ?? true));
  }
  return [...ports].map(([port, loopbackOnly]) => ({ port, loopbackOnly })).sort((a, b) => a.port - b.port);
}
