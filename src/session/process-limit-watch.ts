import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import type { CallLedger } from './call-ledger.ts';
import { pidsLimit } from './container-body.ts';
import type { HeldContainer } from './held-container.ts';

const LOOK_MILLISECONDS = 3000;
const LOOKS_UNTIL_GIVEN_UP = 3;

/**
 * Resolves when a server has used up its processes and leaves a call unanswered: a fork bomb looks like a server that thinks, and
 * nobody would ever tell the client. The first sight of it is said on stderr.
 */
export async function processesUsedUp(
  server: PreparedServer, held: HeldContainer, ledger: CallLedger, client: SessionClient, ports: SessionPorts, signal: AbortSignal,
): Promise<void> {
  const limit = pidsLimit(server);
  if (limit === undefined) return new Promise<never>(() => {});
  let looks = 0;
  while (looks < LOOKS_UNTIL_GIVEN_UP) {
    await ports.clock.sleep(LOOK_MILLISECONDS);
    if (signal.aborted) return new Promise<never>(() => {});
    const since = ledger.waitingSince();
    const isWaiting = since !== undefined && ports.clock.monotonic() - since > LOOK_MILLISECONDS;
    const isFull = isWaiting && (await processes(held)) >= limit;
    looks = isFull ? looks + 1 : 0;
    if (looks === 1) client.say(`cc-mcp: ${server.recipe.server} has used up its ${limit} processes while a call waits; --pids raises the limit`);
  }
}

async function processes(held: HeldContainer): Promise<number> {
  try {
    return (await held.engine.usage(held.id))?.pids ?? 0;
  } catch (error) {
    // The engine is away: the end of the connection will say more.
    if (error instanceof CcMcpError) return 0;
    throw error;
  }
}
