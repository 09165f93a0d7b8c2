import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';
import { readDockerServer } from './read-server.ts';

export interface StopResult {
  readonly outcome: 'stopped' | 'already-stopped';
  readonly server: string;
  readonly manifest: string;
  /** How many of each were ended. */
  readonly sessions: number;
  readonly standbys: number;
}

/** Ends a server's containers. It stays enabled: the next client, or `start`, brings it back. */
export async function stopServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }): Promise<StopResult> {
  await readDockerServer(ports, location, name);
  const key = { manifestId: location.id, server: name };
  // Gone first: the keeper behind a session that ends makes no standby without it, and the next `run` writes it again.
  await ports.recipes.remove(location.path, name);
  const sessions = await ports.standbys.endSessions(key);
  const standbys = await ports.standbys.drop(key);
  return { outcome: sessions + standbys === 0 ? 'already-stopped' : 'stopped', server: name, manifest: location.path, sessions, standbys };
}
