import { CcMcpError } from '../../domain/errors.ts';
import type { ExternalServer, ManifestLocation } from '../../domain/manifest.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import { projectGrants } from '../../domain/project-grant.ts';
import { normalizedPypiName } from '../../domain/pypi-grammar.ts';
import { installServer } from '../install/install-server.ts';
import type { InstallRequest } from '../install/install-request.ts';
import { readRequest } from '../install/wanted-server.ts';
import type { InstallPorts } from '../ports.ts';
import { notFound, withValues } from '../read-server.ts';
import { containerVariables, containerVolumes } from './container-grants.ts';
import { entryValues } from './entry-values.ts';
import { hostPaths } from './host-paths.ts';
import { readLaunch } from './launch.ts';
import { launchReference } from './launch-reference.ts';
import type { MigrateRequest, MigrateResult } from './migrate-request.ts';
import type { Launch } from './package-launch.ts';
import { pathGrants } from './path-grants.ts';
import { plainArguments } from './plain-arguments.ts';

/** Installs what an external entry starts, by the same walk as any installation, and puts it into the entry's place. */
export async function migrateServer(ports: InstallPorts, request: MigrateRequest, signal: AbortSignal): Promise<MigrateResult> {
  const { location, name } = request;
  const { server, text } = await externalEntry(ports, location, name);
  const launch = readLaunch(name, server);
  for (const note of launch.dropped) ports.progress.report({ type: 'warning', text: note });
  const install = await requestOf(ports, request, server, text, launch);
  const { missing } = (await readRequest(ports, install)).values;
  if (missing.length > 0) {
    throw new CcMcpError('VALUE_MISSING', `${name} needs ${missing.join(', ')}, which its entry does not set`, { suggestions: [withValues(`cc-mcp enable ${name} --mode docker`, missing)] });
  }
  const installed = await installServer(ports, install, signal);
  return { outcome: installed.outcome === 'planned' ? 'planned' : 'migrated', server: name, manifest: location.path, entry: text === undefined ? 'client' : 'manifest', install: installed };
}

/** The manifest's entry, else that of the client's own file in the same scope. */
async function externalEntry(ports: InstallPorts, location: ManifestLocation, name: string): Promise<{ readonly server: ExternalServer; readonly text: string | undefined }> {
  const { servers } = await ports.manifests.read(location);
  const server = servers.get(name);
  if (server?.mode === 'docker') throw new CcMcpError('CONFLICT', `${name} is in a container already`, { suggestions: [`cc-mcp enable ${name}`] });
  if (server !== undefined) return { server, text: await ports.manifests.entryText(location, name) };
  const foreign = await ports.clients.foreign(location, name);
  if (foreign === undefined) throw notFound(name, location, [...servers.keys()]);
  return { server: foreign, text: undefined };
}

async function requestOf(ports: InstallPorts, request: MigrateRequest, server: ExternalServer, text: string | undefined, launch: ReturnType<typeof readLaunch>): Promise<InstallRequest> {
  const { location, name } = request;
  const { container } = launch;
  const envFile = server.envFile ?? container?.envFiles[0];
  if (envFile !== undefined && request.values.length === 0) {
    throw new CcMcpError('VALUE_MISSING', `Variables of ${name} stand in ${envFile}`, { suggestions: [`cc-mcp enable ${name} --mode docker --env-file ${envFile}`] });
  }
  const given = new Set(request.values.map((value) => value.name));
  const own = { ...launch.environment, ...server.env };
  const env = container === undefined ? own : containerVariables(ports, container, own, given);
  const values = entryValues(name, env, ports.environment, given);
  const words = request.arguments.length > 0 ? request.arguments : launch.arguments;
  const base = server.cwd ?? (location.scope === 'project' ? location.folder : undefined);
  // The paths of what runs in a container already are that container's own.
  const paths = container !== undefined ? { arguments: words, found: [], notes: [] } : await hostPaths({
    arguments: words, env: Object.fromEntries(Object.entries(env).filter(([variable]) => !given.has(variable))), base,
  }, ports.host, ports.hostFiles);
  const volumes = container === undefined ? [] : await containerVolumes(ports, request, container, base);
  for (const note of paths.notes) ports.progress.report({ type: 'warning', text: note });
  const proposed = await pathGrants(ports, request, paths.found);
  const offered = await offeredFor(ports, launch);
  const reference = launchReference(launch, offered);
  const granted = new Set(paths.found.map(({ path }) => path));
  // A package that is given its folders by its grants is given them once.
  const pathsAsArguments = offered?.pathsAsArguments === true;
  const project = projectGrants(request.grants).length > 0;
  const args = plainArguments(ports, { name, words: paths.arguments.filter((word) => !pathsAsArguments || !granted.has(word)), pathsAsArguments, project });
  const bin = request.bin ?? launch.bin;
  return {
    ...request, reference, enable: true, volumes: [...request.volumes, ...volumes], limits: { ...container?.limits, ...request.limits }, values: [...values, ...request.values], overrides: [...launch.overrides, ...request.overrides], arguments: args,
    grants: { ...request.grants, read: [...request.grants.read, ...proposed] }, ...(bin === undefined ? {} : { bin }),
    replaces: {
      text,
      lines: [
        `takes the place of: ${server.command ?? ''} … in ${text === undefined ? 'the client\'s file' : location.path}`,
        `package: ${launchReference(launch, undefined)}${reference === launchReference(launch, undefined) ? '' : `, which the index has as ${reference}`}`,
        ...(args.length === 0 ? [] : [`arguments: ${args.map((word) => JSON.stringify(word)).join(' ')}`]),
        ...(values.length === 0 ? [] : [`variables: ${values.map((value) => shownVariable(value.name, env[value.name] ?? '')).join(', ')}`]),
        ...proposed.map((path) => `may read: ${path}`),
        ...volumes.map((text) => `volume: ${text}`),
      ],
    },
  };
}

/** Never its value; but what an entry takes from this environment is somebody's request. */
function shownVariable(name: string, text: string): string {
  const references = text.match(/\$\{[^}]*\}/g) ?? [];
  return references.length === 0 ? name : `${name} from ${references.join(' and ')}`;
}

async function offeredFor({ marketplace }: InstallPorts, { type, package: wanted }: Launch): Promise<MarketplacePackage | undefined> {
  return marketplace.findSource(type, (name) => name === wanted || (type === 'pypi' && normalizedPypiName(name) === normalizedPypiName(wanted)));
}
