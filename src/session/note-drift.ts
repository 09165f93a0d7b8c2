import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { changedTools } from './tool-drift.ts';

/** Remembers tools that are not those of the lock, and says so the first time. */
export function noteDrift(line: Buffer, server: PreparedServer, client: SessionClient, ports: SessionPorts): void {
  const changed = changedTools(line, server.recipe.tools);
  if (changed === undefined) return;
  const known = ports.run.drift(server.serverKey);
  ports.run.writeDrift(server.serverKey, changed);
  if (changed.length > 0 && known.join('\n') !== changed.join('\n')) {
    client.say(`cc-mcp: tools of ${server.recipe.server} are not the ones that were locked: ${changed.join(', ')}. Type: cc-mcp status ${server.recipe.server}`);
  }
}
