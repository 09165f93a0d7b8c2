import type { SessionRecipe } from '../domain/effective-plan.ts';
import { serviceUrl } from '../domain/service.ts';
import type { ServerKey, ServiceEntry } from '../domain/stores.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import { approvedPlan } from './approved-plan.ts';
import { currentPlan } from './current-plan.ts';
import { missingValues } from './missing-values.ts';
import type { ServerPorts } from './ports.ts';
import { installCommand, withValues } from './read-server.ts';
import { startProject } from './start-project.ts';
import { startStandby } from './start-standby.ts';
import { writeRecipe } from './write-recipe.ts';

export interface EnableResult {
  readonly outcome: 'enabled' | 'already-enabled';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string;
  readonly standby: 'ready' | 'already-there' | 'off';
  /** Of a service: where it answers on this machine. */
  readonly url?: string;
}

/** Makes a server live: the client's entry, and a standby that waits for it. */
export async function enableServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<EnableResult> {
  const current = await currentPlan(ports, location, name, signal);
  const key = { manifestId: location.id, server: name };
  await approvedPlan(ports, key, name, current.plan);
  const values = await ports.secrets.read(key);
  const missing = [...missingValues(current.plan, values, ports.environment), ...(await undeclared(ports, current.server.package, current.plan.environment))];
  if (missing.length > 0) {
    throw new CcMcpError('VALUE_MISSING', `${name} needs ${missing.join(', ')} before it can be enabled`, {
      suggestions: [withValues(installCommand(name, current.server), missing)],
    });
  }
  await ports.launcher.repair();
  const recipe = await writeRecipe(ports, current.engine, { location, name, plan: current.plan, entry: current.entry, enabled: true });
  const already = current.state.enabled && current.state.clients.length > 0;
  const entry = await ports.clients.add(location, name, await serviceEntry(ports, key, recipe));
  const previous = current.state.clients.find(({ file, jsonPath }) => file === entry.file && jsonPath.join('\0') === entry.jsonPath.join('\0'));
  // What stood there the first time is what comes back; our own entry of the last time is not it.
  const client = { client: 'claude-code' as const, ...(previous ?? entry) };
  await ports.state.writeServer(key, { ...current.state, enabled: true, clients: [client, ...current.state.clients.filter((other) => other !== previous)] });
  const standby = current.plan.project === undefined ? await startStandby(ports, recipe, signal) : await startProject(ports, location, name, signal);
  return {
    outcome: already ? 'already-enabled' : 'enabled', server: name, manifest: location.path, clientFile: entry.file, standby,
    ...(recipe.service === undefined ? {} : { url: serviceUrl(recipe.service) }),
  };
}

/** What a client needs to ask a service itself. Those of 2024 are bridged by `run`: clients forget how to speak to them. */
async function serviceEntry(ports: ServerPorts, key: ServerKey, { service }: SessionRecipe): Promise<ServiceEntry | undefined> {
  const { serviceToken: token } = service === undefined ? {} : await ports.secrets.read(key);
  return service?.transport !== 'http' || token === undefined ? undefined : { url: serviceUrl(service), token };
}

/** Values that the package's entry in the index needs and that the manifest does not mention at all. */
async function undeclared(ports: ServerPorts, packageName: string | undefined, environment: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  if (packageName === undefined) return [];
  const required = await ports.requiredValues(packageName);
  return required.filter((name) => !(name in environment));
}

