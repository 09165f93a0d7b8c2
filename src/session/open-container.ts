import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { claimStandby, discardClaimed, isAlive } from './claim-standby.ts';
import { coldStart } from './cold-start.ts';
import { healLink } from './hold-link.ts';
import type { HeldContainer } from './held-container.ts';

const RETRY_MILLISECONDS = 250;

export interface Opened {
  readonly held: HeldContainer;
  /** How many of the client's bytes it has been given. */
  readonly given: number;
}

/**
 * A container for this session, with what the client has said so far: a standby, else a new one. An engine that does not answer is
 * waited for, because clients start before engines do after a boot.
 */
export async function openContainer(
  server: PreparedServer, input: { readonly held: Buffer }, client: SessionClient, ports: SessionPorts, signal: AbortSignal,
): Promise<Opened> {
  const deadline = ports.clock.monotonic() + server.recipe.waitForEngineSeconds * 1000;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await openOnce(server, input, ports);
    } catch (error) {
      const waitable = error instanceof CcMcpError && error.code === 'ENGINE_UNREACHABLE';
      if (!waitable || signal.aborted || ports.clock.monotonic() + RETRY_MILLISECONDS > deadline) throw error;
      if (attempt === 0) client.say(`cc-mcp: ${error.message}; waiting up to ${server.recipe.waitForEngineSeconds} s for it`);
      await ports.clock.sleep(RETRY_MILLISECONDS);
      if (signal.aborted) throw error;
    }
  }
}

async function openOnce(server: PreparedServer, input: { readonly held: Buffer }, ports: SessionPorts): Promise<Opened> {
  const engine = ports.openEngine(server.recipe.engine.address);
  for (;;) {
    const held = await claimStandby(server, engine, ports);
    const offered = input.held;
    if (held === undefined) return { held: await coldStart(server, engine, ports, offered), given: offered.length };
    held.channel.write([offered]);
    if (await isAlive(held)) {
      if (server.recipe.link !== undefined) healLink(server.recipe.link, engine, ports);
      return { held, given: offered.length };
    }
    held.channel.close();
    discardClaimed(held.record, engine, ports);
  }
}
