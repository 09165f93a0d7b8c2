import type { LockEntry } from '../domain/lock.ts';
import type { DockerServer } from '../domain/manifest.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import { versionCovers } from '../domain/version-covers.ts';

type Asking = Pick<DockerServer, 'permissions'> & { readonly source: PackageSourceSpec & NonNullable<DockerServer['source']> };

/** How a lock entry is not what the manifest asks for; undefined: it is. */
export function lockDifference({ source: asked, permissions }: Asking, { source: locked, scripts, systemPackages }: LockEntry): string | undefined {
  if (placeOf(asked) !== placeOf(locked)) return `mcp.json asks for ${placeOf(asked)}, the lock has ${placeOf(locked)}`;
  if (asked.version !== undefined && !versionCovers(asked.type, asked.version, locked.version)) return `mcp.json asks for ${asked.version}, the lock has ${locked.version}`;
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

function sorted(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
