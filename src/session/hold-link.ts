import type { LocalhostLink, OpenLink, SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { lockWithin } from './lock-within.ts';

/** Makes sure that a link carries. Whoever needs it has written so in a token before: `releaseLinks` looks there under the same lock. */
export async function holdLink(link: LocalhostLink, engine: SessionEngine, ports: StandbyPorts): Promise<OpenLink> {
  using _ = await lockWithin([linkLock(link.name)], ports);
  return await engine.openLink(link);
}

/** The same for a container that runs already, while nobody waits: its link may have been taken away by hand, or have died. */
export function healLink(link: LocalhostLink, engine: SessionEngine, ports: StandbyPorts): void {
  holdLink(link, engine, ports).catch((error: unknown) => {
    if (!(error instanceof CcMcpError)) throw error;
  });
}

export function linkLock(name: string): string {
  return `link.${name}`;
}
