import { posix } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import { goCommandName } from '../../domain/go-grammar.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import { parseReference } from '../../domain/reference.ts';
import { parseServerName, serverNameFrom } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';
import type { InstallPorts } from '../ports.ts';
import type { InstallRequest } from './install-request.ts';
import { placedReference } from './placed-reference.ts';
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
  const reference = await placedReference(ports, parseReference(request.reference), request);
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
  const name = fromIndex ? parseServerName(offered.name) : serverNameFrom(lastName(request, offered));
  if (name !== undefined) return name;
  throw new CcMcpError('INVALID_NAME', `No server name follows from ${offered.source.package}`, { suggestions: ['Choose one with --name NAME'] });
}

/** What a place is called: a repository without git's own suffix, a folder by its own name, whatever path led to it. */
function lastName({ location }: InstallRequest, { source }: MarketplacePackage): string {
  if (source.type === 'local') return posix.resolve(location.folder, source.package);
  if (source.type === 'go') return goCommandName(source.package);
  return source.type === 'git' ? (source.path ?? source.package.replace(/\/+$/, '').replace(/\.git$/, '')) : source.package;
}
