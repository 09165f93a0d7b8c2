import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerState } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';
import { notFound } from './read-server.ts';

export interface DisableResult {
  /** `restored`: the container is gone, and what it took the place of is back. */
  readonly outcome: 'disabled' | 'already-disabled' | 'restored';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string | null;
  /** Whether an entry that stood there before came back. */
  readonly restored: boolean;
}

/** Takes a server out of the client's file and lets its standby go; live sessions end by themselves. */
export async function disableServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }): Promise<DisableResult> {
  const key = { manifestId: location.id, server: name };
  const state = await ports.state.readServer(key);
  if (state === undefined) {
    const manifest = await ports.manifests.read(location);
    if (!manifest.servers.has(name)) throw notFound(name, location, [...manifest.servers.keys()]);
    return { outcome: 'already-disabled', server: name, manifest: location.path, clientFile: null, restored: false };
  }
  const restored = await removeClientEntries(ports, name, state);
  await ports.state.writeServer(key, { ...state, enabled: false, clients: [] });
  // Gone, so that a session that ends now leaves no standby behind; the next `run` writes one without.
  await ports.recipes.remove(location.path, name);
  await ports.standbys.drop(key);
  return {
    outcome: state.enabled ? 'disabled' : 'already-disabled', server: name, manifest: location.path, clientFile: state.clients[0]?.file ?? null, restored,
  };
}

/** Gives back what stood in the clients' files; an entry that somebody else changed stays, and is said. */
export async function removeClientEntries(ports: Pick<ServerPorts, 'clients' | 'progress'>, name: string, state: ServerState): Promise<boolean> {
  let restored = false;
  for (const client of state.clients) {
    const outcome = await ports.clients.remove(client);
    if (outcome === 'changed') ports.progress.report({ type: 'warning', text: `The entry of ${name} in ${client.file} was changed by somebody else: it stays` });
    restored ||= outcome === 'removed' && client.previous !== undefined;
  }
  return restored;
}
