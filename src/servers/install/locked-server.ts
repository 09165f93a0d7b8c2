import type { Lock, LockEntry } from '../../domain/lock.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import { parseServerName } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';
import { barePackage } from '../../marketplace/bare-package.ts';
import { lockDifference } from '../lock-difference.ts';
import type { InstallPorts } from '../ports.ts';

/** A server of a manifest, with what its lock says of it. */
export interface LockedServer {
  readonly name: ServerName;
  readonly server: DockerServer & { readonly source: NonNullable<DockerServer['source']> };
  readonly offered: MarketplacePackage;
  readonly fromIndex: boolean;
  /** Undefined: not locked, or not what the manifest asks for; `difference` says how. */
  readonly locked: { readonly entry: LockEntry; readonly dependencies: string } | undefined;
  readonly difference: string | undefined;
  /** The dependency lock of an earlier state of its folder. */
  readonly earlier?: string;
}

/** What of the servers is to be installed from where. Files of the dependency locks are checked against the lock's hashes. */
export async function lockedServer(ports: InstallPorts, location: ManifestLocation, name: string, server: LockedServer['server'], lock: Lock): Promise<LockedServer> {
  const entry = Object.hasOwn(lock.servers, name) ? lock.servers[name] : undefined;
  const { offered, fromIndex } = await offeredFor(ports, server);
  const difference = entry === undefined ? 'it is not in mcp.lock.json' : lockDifference(server, entry);
  const dependencies = entry === undefined || difference !== undefined ? undefined : await ports.locks.readDependencies(location, entry);
  return {
    name: parseServerName(name), server, offered, fromIndex,
    locked: entry === undefined || dependencies === undefined ? undefined : { entry, dependencies },
    difference: difference ?? (dependencies === undefined ? `${entry?.dependencies.file ?? ''} is missing from mcp.lock.d` : undefined),
  };
}

/** What is to be opened: exactly what is locked, or else what the manifest asks for. */
export function specOf({ server, locked }: Pick<LockedServer, 'server' | 'locked'>): LockedServer['server']['source'] {
  return locked === undefined ? server.source : { ...server.source, version: locked.entry.source.version };
}

/** The index's entry counts only for the package that it describes: the name in a manifest is somebody's claim. */
async function offeredFor(ports: InstallPorts, { source, package: name }: LockedServer['server']): Promise<{ readonly offered: MarketplacePackage; readonly fromIndex: boolean }> {
  const found = name === undefined ? undefined : await ports.marketplace.find(name);
  if (found !== undefined && found.source.type === source.type && found.source.package === source.package) return { offered: found, fromIndex: true };
  return { offered: barePackage(source), fromIndex: false };
}
