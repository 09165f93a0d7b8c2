import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { awaitEngine } from './await-engine.ts';
import { claimStandby, discardClaimed, isAlive } from './claim-standby.ts';
import { coldStart } from './cold-start.ts';
import { healLink } from './hold-link.ts';
import type { HeldContainer } from './held-container.ts';

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
  return await awaitEngine(server, client, ports, signal, () => openOnce(server, input, ports));
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
