import { CcMcpError } from '../domain/errors.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { DockerServer, ManifestLocation } from '../domain/manifest.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import type { ServerState } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';

export interface InstalledServer {
  readonly server: DockerServer;
  readonly entry: LockEntry;
  readonly state: ServerState | undefined;
}

/** A server of the manifest that runs in a container, with its lock entry. SERVER_NOT_FOUND names what there is. */
export async function readDockerServer(ports: Pick<ServerPorts, 'manifests' | 'locks' | 'state'>, location: ManifestLocation, name: string): Promise<InstalledServer> {
  const manifest = await ports.manifests.read(location);
  const server = manifest.servers.get(name);
  if (server === undefined) throw notFound(name, location, [...manifest.servers.keys()]);
  if (server.mode === 'external') {
    throw new CcMcpError('UNSUPPORTED', `${name} is an external entry (${server.command ?? server.url ?? 'no command'}): its client starts it, not cc-mcp`, {
      suggestions: [`cc-mcp enable ${name} --mode docker   moves it into a container`],
    });
  }
  const entry = (await ports.locks.read(location)).servers[name];
  if (entry === undefined) {
    throw new CcMcpError('LOCK_INVALID', `${name} stands in ${location.path} but not in mcp.lock.json: it was never built here`, {
      suggestions: [installCommand(name, server)],
    });
  }
  return { server, entry, state: await ports.state.readServer({ manifestId: location.id, server: name }) };
}

export function notFound(name: string, location: ManifestLocation, names: readonly string[]): CcMcpError {
  return new CcMcpError('SERVER_NOT_FOUND', `There is no server named ${name} in ${location.path}`, {
    suggestions: [names.length === 0 ? 'cc-mcp search WORD, then cc-mcp install NAME' : `Name one that it has: ${names.join(', ')}`],
  });
}

export function installCommand(name: string, server: DockerServer): string {
  const reference = server.package ?? (server.source === undefined ? name : typedReference(server.source));
  return `cc-mcp install ${reference}${reference === name ? '' : ` --name ${name}`}`;
}

/** As a user types it. */
function typedReference({ type, package: name, path, version }: PackageSourceSpec): string {
  switch (type) {
    case 'local': return name;
    case 'git': return `git+${name}${version === undefined ? '' : `@${version}`}${path === undefined ? '' : `#${path}`}`;
    default: return `${type}:${name}`;
  }
}

export function withValues(command: string, names: readonly string[]): string {
  return `${command} ${names.map((name) => `--env ${name}=VALUE`).join(' ')}`;
}
