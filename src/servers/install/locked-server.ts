import type { Lock, LockEntry } from '../../domain/lock.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import type { MarketplacePackage, PackageSourceSpec } from '../../domain/package.ts';
import { parseServerName } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';
import type { PackageSource } from '../../domain/source.ts';
import { barePackage } from '../../marketplace/bare-package.ts';
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
export async function lockedServer(ports: InstallPorts, location: ManifestLocation, name: string, server: LockedServer['server'], lock: Lock, source: PackageSource): Promise<LockedServer> {
  const entry = Object.hasOwn(lock.servers, name) ? lock.servers[name] : undefined;
  const { offered, fromIndex } = await offeredFor(ports, server);
  const difference = entry === undefined ? 'it is not in mcp.lock.json' : lockDifference(server, entry, source);
  const dependencies = entry === undefined || difference !== undefined ? undefined : await ports.locks.readDependencies(location, entry);
  return {
    name: parseServerName(name), server, offered, fromIndex,
    locked: entry === undefined || dependencies === undefined ? undefined : { entry, dependencies },
    difference: difference ?? (dependencies === undefined ? `${entry?.dependencies.file ?? ''} is missing from mcp.lock.d` : undefined),
  };
}

/** How a lock entry is not what the manifest asks for; undefined: it is. */
export function lockDifference({ source: asked, permissions }: LockedServer['server'], { source: locked, scripts, systemPackages }: LockEntry, source: Pick<PackageSource, 'covers'>): string | undefined {
  if (placeOf(asked) !== placeOf(locked)) return `mcp.json asks for ${placeOf(asked)}, the lock has ${placeOf(locked)}`;
  if (asked.version !== undefined && !source.covers(asked.version, locked.version)) return `mcp.json asks for ${asked.version}, the lock has ${locked.version}`;
  if (sorted(asked.overrides) !== sorted(locked.overrides)) return `mcp.json has the overrides ${sorted(asked.overrides) || 'none'}, the lock ${sorted(locked.overrides) || 'none'}`;
  const systemWanted = asked.systemPackages ?? [];
  if (sorted(systemWanted) !== sorted(systemPackages)) return `mcp.json has the system packages ${sorted(systemWanted) || 'none'}, the lock ${sorted(systemPackages) || 'none'}`;
  if (asked.asOf !== undefined && asked.asOf !== locked.asOf) return `mcp.json asks for the dependencies of ${asked.asOf}, the lock has ${locked.asOf === undefined ? 'the newest' : `those of ${locked.asOf}`}`;
  if (builtBy(asked) !== builtBy(locked)) return `mcp.json has it built by ${builtBy(asked)}, the lock by ${builtBy(locked)}`;
  if (asked.bin !== undefined && asked.bin !== locked.bin) return `mcp.json starts ${asked.bin}, the lock ${locked.bin}`;
  if (permissions.scripts !== scripts) return scripts ? 'the lock was made with lifecycle scripts, which mcp.json does not allow' : 'mcp.json allows lifecycle scripts, the lock was made without';
  return undefined;
}

function placeOf({ type, package: place, path }: Pick<PackageSourceSpec, 'type' | 'package' | 'path'>): string {
  return `${type}:${place}${path === undefined ? '' : `#${path}`}`;
}

function builtBy({ dockerfile }: Pick<LockEntry['source'], 'dockerfile'>): string {
  return dockerfile === undefined ? 'cc-mcp\'s own template' : `its ${dockerfile.path} ${dockerfile.network ? 'with' : 'without'} network`;
}

/** What is to be opened: exactly what is locked, or else what the manifest asks for. */
export function specOf({ server, locked }: Pick<LockedServer, 'server' | 'locked'>): LockedServer['server']['source'] {
  return locked === undefined ? server.source : { ...server.source, version: locked.entry.source.version };
}

function sorted(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}

/** The index's entry counts only for the package that it describes: the name in a manifest is somebody's claim. */
async function offeredFor(ports: InstallPorts, { source, package: name }: LockedServer['server']): Promise<{ readonly offered: MarketplacePackage; readonly fromIndex: boolean }> {
  const found = name === undefined ? undefined : await ports.marketplace.find(name);
  if (found !== undefined && found.source.type === source.type && found.source.package === source.package) return { offered: found, fromIndex: true };
  return { offered: barePackage(source), fromIndex: false };
}
