import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';

export interface Overview {
  readonly version: string;
  readonly manifest: string;
  readonly servers: readonly { readonly name: string; readonly state: string }[];
}

/** What is installed, by what the home remembers: no engine is asked. */
export async function overview(ports: Pick<ServerPorts, 'manifests' | 'state' | 'version'>, location: ManifestLocation): Promise<Overview> {
  const { servers } = await ports.manifests.read(location);
  const rows = await Promise.all([...servers].map(async ([name, server]) => {
    if (server.mode === 'external') return { name, state: 'external' };
    const state = await ports.state.readServer({ manifestId: location.id, server: name });
    return { name, state: state === undefined ? 'not installed here' : state.enabled ? 'enabled' : 'installed' };
  }));
  return { version: ports.version, manifest: location.path, servers: rows };
}
