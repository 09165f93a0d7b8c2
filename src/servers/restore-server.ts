import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { DisableResult } from './disable-server.ts';
import type { ServerPorts } from './ports.ts';
import { removeServer } from './uninstall-server.ts';

/** Takes a server's container away and gives back the entry whose place it took, in the manifest and in the client's file. */
export async function restoreServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<DisableResult> {
  const key = { manifestId: location.id, server: name };
  const state = await ports.state.readServer(key);
  const replaced = await ports.replacedEntries.read(key);
  if (replaced === undefined && state?.clients.some(({ previous }) => previous !== undefined) !== true) {
    throw new CcMcpError('CONFLICT', `No earlier entry of ${name} is kept that could come back`, { suggestions: [`cc-mcp disable ${name}`, `cc-mcp uninstall ${name}`] });
  }
  await removeServer(ports, { location, name, purge: false, keepImages: false }, signal);
  return { outcome: 'restored', server: name, manifest: location.path, clientFile: state?.clients[0]?.file ?? null, restored: true };
}
