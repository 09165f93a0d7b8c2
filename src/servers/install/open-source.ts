import { posix } from 'node:path';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { ManifestLocation } from '../../domain/manifest.ts';
import type { PackageSourceSpec } from '../../domain/package.ts';
import { isBelow, refusedBy, refusedPaths } from '../../domain/refused-paths.ts';
import type { OpenedSource, OpenOptions } from '../../domain/source.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';

/** Opens what a request or a manifest names, after its place on this machine, where it has one, was found to be one that may be read. */
export async function openSource(ports: InstallPorts, engine: ConnectedEngine, owner: ContainerOwner, location: ManifestLocation, spec: PackageSourceSpec, options: OpenOptions): Promise<OpenedSource> {
  const kind = ports.source(spec.type, engine, owner);
  kind.validate(spec.package, spec.version);
  const folder = folderOf(spec);
  if (folder === undefined) return kind.open(spec, options);
  const real = await checkedFolder(ports, location, folder);
  return kind.open({ ...spec, package: spec.type === 'git' ? `file://${real}` : real }, options);
}

/** The folder of this machine that a source names: a local one, or a repository that is one. */
function folderOf({ type, package: place }: PackageSourceSpec): string | undefined {
  if (type === 'local') return place;
  return type === 'git' && place.startsWith('file://') ? decodeURIComponent(new URL(place).pathname) : undefined;
}

/** Absolute, without symlinks, none of those that nobody may be given, and of a project's manifest inside its folder. */
export async function checkedFolder(ports: Pick<InstallPorts, 'host' | 'hostFiles'>, location: ManifestLocation, folder: string): Promise<string> {
  const path = posix.resolve(location.folder, folder);
  const facts = await ports.hostFiles.inspect(path);
  if (facts === undefined || !facts.isDirectory) {
    throw new CcMcpError('FILE_NOT_FOUND', `${path} is ${facts === undefined ? 'not there' : 'not a folder'}`, { suggestions: ['Name the folder that has the server\'s package.json or pyproject.toml'] });
  }
  const { realPath } = facts;
  const refused = refusedBy(realPath, refusedPaths({ host: ports.host, engine: [] }), ports.host);
  if (refused !== undefined) {
    throw new CcMcpError('REFUSED', `${path} cannot be a server's source: it ${isBelow(refused.path, realPath) ? 'contains' : 'is or lies in'} ${refused.path} (${refused.why})`, { suggestions: ['Name the folder of the server itself'] });
  }
  const inside = (await ports.hostFiles.inspect(location.folder))?.realPath ?? location.folder;
  if (location.scope !== 'project' || realPath === inside || isBelow(realPath, inside)) return realPath;
  throw new CcMcpError('REFUSED', `${path} lies outside ${location.folder}, and what a project's mcp.json names stays in its folder`, {
    suggestions: ['--global   installs it for you alone', `--manifest PATH   names an mcp.json above it`],
  });
}
