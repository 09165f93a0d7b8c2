import { CcMcpError } from '../../domain/errors.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import { parseReference } from '../../domain/reference.ts';
import type { ServerState } from '../../domain/stores.ts';
import { enableServer } from '../enable-server.ts';
import type { InstallPorts } from '../ports.ts';
import { readDockerServer } from '../read-server.ts';
import type { InstalledServer } from '../read-server.ts';
import { changeSettings, planChange } from './change-settings.ts';
import { changedSettings, otherCode, replacedSettings } from './changed-settings.ts';
import type { ChangedSettings } from './changed-settings.ts';
import { installPlan } from './install-plan.ts';
import type { InstallRequest, InstallResult } from './install-request.ts';
import { agree } from './prove-server.ts';
import type { WantedServer } from './wanted-server.ts';

export interface ServerThere extends InstalledServer {
  readonly state: ServerState;
}

/** What this home installed under the name that is wanted. A name that something else has is a conflict. */
export async function findInstalled(ports: InstallPorts, request: InstallRequest, wanted: WantedServer): Promise<ServerThere | undefined> {
  const there = (await ports.manifests.read(request.location)).servers.get(wanted.name);
  if (there === undefined || (there.mode === 'external' && request.replaces !== undefined)) return undefined;
  if (there.mode === 'external' || there.source === undefined || !sameSource(there, wanted.server)) {
    throw new CcMcpError('CONFLICT', `${request.location.path} has another server named ${wanted.name}`, { suggestions: ['Choose another name with --name NAME'] });
  }
  const state = await ports.state.readServer({ manifestId: request.location.id, server: wanted.name });
  return state === undefined ? undefined : { ...(await readDockerServer(ports, request.location, wanted.name)), state };
}

/** What a manifest says of a server that this home never installed (it came with a repository), and an installation would write over. */
export async function replacedByInstall(ports: InstallPorts, { location }: InstallRequest, { name, server }: WantedServer): Promise<readonly string[]> {
  const listed = (await ports.manifests.read(location)).servers.get(name);
  return listed?.mode === 'docker' ? replacedSettings(listed, server) : [];
}

function sameSource(there: DockerServer, wanted: DockerServer): boolean {
  return there.source?.type === wanted.source?.type && there.source?.package === wanted.source?.package && there.source?.path === wanted.source?.path;
}

/** The same package again: «already installed», or with the settings that the flags change. Its code stays what was locked. */
export async function reinstallServer(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, there: ServerThere, signal: AbortSignal): Promise<InstallResult> {
  const { location } = request;
  const { name } = wanted;
  const { entry, state } = there;
  refuseOtherCode(request, wanted, there);
  const settings = changedSettings(there.server, await ports.secrets.read({ manifestId: location.id, server: name }), request, wanted, ports.host.homeFolder);
  const missing = missingOf(wanted, settings);
  const plan = installPlan({
    name, request, offered: wanted.offered, fromIndex: wanted.fromIndex, version: entry.source.version, server: settings.server, missing,
    base: { canonical: entry.base.image, reference: entry.base.image, digest: entry.base.digest }, template: entry.template.name,
  });
  const result = {
    server: name, manifest: location.path, version: entry.source.version, image: state.imageId, recipe: state.recipe, built: false, plan, changes: settings.changes,
    enabled: state.enabled, missing,
  };
  const change = settings.changes.length === 0 ? undefined : await planChange(ports, request, name, settings, signal);
  if (request.dryRun) return { ...result, outcome: 'planned' };
  if (change !== undefined) await agree(ports, plan, request, { there: there.server });
  const done: InstallResult = change === undefined ? { ...result, outcome: 'already-installed' } : { ...result, outcome: 'updated', gate: await changeSettings(ports, request, wanted, change, signal) };
  if (!request.enable) return done;
  return { ...done, enabled: true, enabling: await enableServer(ports, { location, name }, signal) };
}

function refuseOtherCode(request: InstallRequest, wanted: WantedServer, { server, entry }: ServerThere): void {
  const reference = parseReference(request.reference);
  const other = otherCode(server, entry, request, wanted, reference.kind === 'index' ? reference.version : reference.range);
  if (other.length === 0) return;
  throw new CcMcpError('CONFLICT', `${wanted.name} is already installed as ${entry.source.version}, and ${other.join(', ')} would make another program of it`, {
    suggestions: [`cc-mcp uninstall ${wanted.name}, then install it again`, 'or install it a second time with --name NAME'],
  });
}

function missingOf({ offered }: WantedServer, { server, values }: ChangedSettings): readonly string[] {
  return offered.configuration.filter(({ name, required }) => required && !(name in server.environment) && !(name in values.remembered)).map(({ name }) => name);
}
