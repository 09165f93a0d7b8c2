import { CcMcpError } from '../../domain/errors.ts';
import { canonicalJson } from '../../domain/fingerprint.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import { parseReference } from '../../domain/reference.ts';
import { parseServerName, serverNameFrom } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';
import { readDockerServer } from '../read-server.ts';
import { enableServer } from '../enable-server.ts';
import type { InstallPorts } from '../ports.ts';
import type { InstallRequest, InstallResult } from './install-request.ts';
import { installPlan } from './install-plan.ts';
import { rememberedProxies } from './remembered-proxies.ts';
import { requestedServer } from './requested-server.ts';
import { requestedValues } from './requested-values.ts';
import type { RequestedValues } from './requested-values.ts';

/** A request understood: which package, under which name, as which manifest entry. */
export interface WantedServer {
  readonly name: ServerName;
  readonly offered: MarketplacePackage;
  readonly fromIndex: boolean;
  readonly server: DockerServer;
  readonly overrides: readonly string[];
  readonly values: RequestedValues;
}

export async function readRequest(ports: InstallPorts, request: InstallRequest): Promise<WantedServer> {
  const reference = parseReference(request.reference);
  const { package: offered, origin } = await ports.marketplace.resolve(reference);
  const fromIndex = origin === 'index';
  const asked = requestedValues(request, offered, ports.environment);
  const server = requestedServer(request, offered, fromIndex, asked.environment, ports.host.homeFolder);
  const networked = server.permissions.net === true || server.network !== undefined;
  const proxies = networked ? rememberedProxies(ports.environment) : {};
  const values: RequestedValues = { ...asked, values: { ...asked.values, remembered: { ...proxies, ...asked.values.remembered } } };
  return { name: nameOf(request, offered, fromIndex), offered, fromIndex, server, overrides: server.source?.overrides ?? [], values };
}

function nameOf(request: InstallRequest, offered: MarketplacePackage, fromIndex: boolean): ServerName {
  if (request.name !== undefined) return parseServerName(request.name);
  const name = fromIndex ? parseServerName(offered.name) : serverNameFrom(offered.source.package);
  if (name !== undefined) return name;
  throw new CcMcpError('INVALID_NAME', `No server name follows from ${offered.source.package}`, { suggestions: ['Choose one with --name NAME'] });
}

/** «Already installed» when the same is asked again; a name that something else has is a conflict. */
export async function alreadyThere(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, signal: AbortSignal): Promise<InstallResult | undefined> {
  const manifest = await ports.manifests.read(request.location);
  const there = manifest.servers.get(wanted.name);
  if (there === undefined) return undefined;
  const state = await ports.state.readServer({ manifestId: request.location.id, server: wanted.name });
  if (there.mode === 'external' || there.source === undefined || !sameSource(there, wanted.server)) throw taken(wanted.name, request);
  if (state === undefined) return undefined;
  if (!sameSettings(there, wanted.server)) {
    throw new CcMcpError('CONFLICT', `${wanted.name} is already installed with other settings`, {
      suggestions: [`cc-mcp uninstall ${wanted.name}, then install it again`, `or edit ${request.location.path}, then cc-mcp approve ${wanted.name}`, 'or install it a second time with --name NAME'],
    });
  }
  const { entry } = await readDockerServer(ports, request.location, wanted.name);
  const plan = installPlan({
    name: wanted.name, request, offered: wanted.offered, fromIndex: wanted.fromIndex, version: entry.source.version, server: there,
    base: { canonical: entry.base.image, reference: entry.base.image, digest: entry.base.digest }, template: entry.template.name, missing: wanted.values.missing,
  });
  if (request.enable && !request.dryRun) await enableServer(ports, { location: request.location, name: wanted.name }, signal);
  return {
    outcome: 'already-installed', server: wanted.name, manifest: request.location.path, version: entry.source.version, image: state.imageId, recipe: state.recipe,
    built: false, plan, enabled: state.enabled || request.enable, missing: [],
  };
}

function sameSource(there: DockerServer, wanted: DockerServer): boolean {
  return there.source?.type === wanted.source?.type && there.source?.package === wanted.source?.package;
}

/** The image's tag follows from the version, and values that were not given again are not asked again. */
function sameSettings(there: DockerServer, wanted: DockerServer): boolean {
  const settings = ({ image: _, environment, source, ...rest }: DockerServer): unknown => ({ ...rest, overrides: source?.overrides ?? [], bin: source?.bin ?? '', version: source?.version ?? '', environment });
  const filled: DockerServer = { ...wanted, environment: { ...there.environment, ...wanted.environment } };
  return canonicalJson(settings(there)) === canonicalJson(settings(filled));
}

function taken(name: string, request: InstallRequest): CcMcpError {
  return new CcMcpError('CONFLICT', `${request.location.path} has another server named ${name}`, { suggestions: ['Choose another name with --name NAME'] });
}
