import { posix } from 'node:path';
import type { DockerServer } from '../../domain/manifest.ts';
import { isInnerPath } from '../../domain/git-grammar.ts';
import type { MarketplacePackage, OwnDockerfile } from '../../domain/package.ts';
import { isProjectGrant } from '../../domain/project-grant.ts';
import { isBelow } from '../../domain/refused-paths.ts';
import { localhostHosts, localhostPorts } from '../../domain/localhost-grant.ts';
import { parseGrantPath, parseVolume } from '../../domain/grant-path.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { systemPackageList } from '../../domain/system-packages.ts';
import { withAsked } from '../../domain/service.ts';
import type { InstallRequest } from './install-request.ts';

/** The manifest entry that a request comes to. Nothing is granted that neither the user typed nor the package asks. */
export function requestedServer(request: InstallRequest, offered: MarketplacePackage, fromIndex: boolean, environment: Readonly<Record<string, string>>, homeFolder: string): DockerServer {
  const { grants } = request;
  const asksNet = offered.permissions.net !== 'none' && request.network === undefined;
  const systemPackages = systemPackageList([...(offered.source.systemPackages ?? []), ...(request.systemPackages ?? [])]);
  return {
    mode: 'docker',
    volumes: Object.fromEntries(request.volumes.map((text) => volumeEntry(text, request, homeFolder))),
    environment,
    limits: { ...offered.limits, ...request.limits },
    ...(request.network === undefined ? {} : { network: networkName(request.network) }),
    arguments: [...offered.arguments, ...request.arguments],
    source: {
      type: offered.source.type,
      package: offered.source.package,
      ...(offered.source.path === undefined ? {} : { path: offered.source.path }),
      ...(offered.source.version === undefined ? {} : { version: offered.source.version }),
      overrides: [...(offered.source.overrides ?? []), ...request.overrides],
      ...(systemPackages.length === 0 ? {} : { systemPackages }),
      ...(request.asOf === undefined || request.asOf === false ? {} : { asOf: request.asOf }),
      ...(request.dockerfile === undefined ? {} : { dockerfile: ownDockerfile(request.dockerfile, offered) }),
      ...(request.bin ?? offered.source.bin) === undefined ? {} : { bin: (request.bin ?? offered.source.bin) as string },
    },
    permissions: {
      net: typeof grants.net === 'boolean' ? grants.net || asksNet : localhostHosts(localhostPorts(grants.net)),
      read: grants.read.map((text) => relativeGrant(text, request, homeFolder)),
      write: grants.write.map((text) => relativeGrant(text, request, homeFolder)),
      env: grants.env.filter((name) => !(name in environment)),
      // Its steps are code that runs while it is built, like lifecycle scripts.
      scripts: grants.scripts || request.dockerfile !== undefined,
      controlFiles: grants.controlFiles,
    },
    statePaths: offered.statePaths,
    standby: standbyOf(offered, grants.write.length > 0 || request.volumes.some((text) => !text.endsWith(':ro'))),
    ...serviceOf(request, offered),
    pathsAsArguments: offered.pathsAsArguments,
    ...(fromIndex ? { package: offered.name } : {}),
  };
}

function ownDockerfile(dockerfile: OwnDockerfile, { source }: MarketplacePackage): OwnDockerfile {
  if (source.type !== 'local' && source.type !== 'git') throw new CcMcpError('INVALID_VALUE', `--dockerfile is for a folder or a repository, and ${source.type}:${source.package} is neither`, { suggestions: ['Leave --dockerfile away'] });
  if (!isInnerPath(dockerfile.path)) throw new CcMcpError('REFUSED', `--dockerfile ${sanitizeLine(dockerfile.path, 100)} is not a file inside the folder`, { suggestions: ['--dockerfile Dockerfile   by its path in the folder that is the server'] });
  return dockerfile;
}

/** The package's own, with what flags say of it. Any of them says that it listens. */
function serviceOf({ service: asked }: InstallRequest, { service: offered }: MarketplacePackage): Pick<DockerServer, 'service'> {
  return asked === undefined ? (offered === undefined ? {} : { service: offered }) : { service: withAsked(offered, asked) };
}

/** State that another session may have changed is not served from memory: its next standby waits for the session's end. */
function standbyOf(offered: MarketplacePackage, writes: boolean): DockerServer['standby'] {
  if (offered.standby === 'off') return 'off';
  return offered.standby === 'after-session' || writes || offered.statePaths.length > 0 ? 'after-session' : 'safe';
}

function networkName(name: string): string {
  if (/^(?:host|none|bridge|default)$/.test(name) || name.startsWith('container:')) {
    throw new CcMcpError('REFUSED', `--network ${name} is refused: it would give the server ${name === 'host' ? 'this machine\'s own network' : 'something else than a network of its own'}`, {
      suggestions: ['--network NAME of a network you made, or --allow-net'],
    });
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name)) throw new CcMcpError('INVALID_NAME', `"${name}" is not the name of a network`);
  return name;
}

/** A path typed in the working folder, as the manifest keeps it: relative to its own folder when it lies in it, else absolute. */
function relativeGrant(text: string, request: InstallRequest, homeFolder: string): string {
  if (isProjectGrant(text)) return text;
  const { source, target } = parseGrantPath(text, request.workingFolder, homeFolder);
  const kept = relativePath(source, request);
  // Without an explicit place inside, the place follows from the path again.
  return target === source ? kept : `${kept}:${target}`;
}

function volumeEntry(text: string, request: InstallRequest, homeFolder: string): [string, string] {
  const { source, target, readOnly } = parseVolume(text, request.workingFolder, homeFolder);
  return [relativePath(source, request), readOnly ? `${target}:ro` : target];
}

function relativePath(path: string, { location }: InstallRequest): string {
  if (location.scope === 'global' || (path !== location.folder && !isBelow(path, location.folder))) return path;
  const relative = posix.relative(location.folder, path);
  return relative === '' ? '.' : `./${relative}`;
}
