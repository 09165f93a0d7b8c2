import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import { canonicalJson } from '../../domain/fingerprint.ts';
import { parseGrantPath, parseVolume } from '../../domain/grant-path.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { DockerServer, ManifestLimits } from '../../domain/manifest.ts';
import { describeService, withAsked } from '../../domain/service.ts';
import type { ServerValues } from '../../domain/stores.ts';
import type { InstallRequest } from './install-request.ts';
import type { WantedServer } from './wanted-server.ts';

export interface ChangedSettings {
  readonly server: DockerServer;
  readonly values: ServerValues;
  /** What differs from what was installed, a line each: names of variables, never their values. */
  readonly changes: readonly string[];
}

/**
 * What a second installation with these flags makes of an installed server. A flag sets what it names: one variable, one limit, one
 * place inside the container. What no flag names stays as it is, whoever set it and wherever.
 */
export function changedSettings(there: DockerServer, values: ServerValues, request: InstallRequest, wanted: WantedServer, homeFolder: string): ChangedSettings {
  const variables = changedVariables(there, values, request, wanted);
  const paths = changedPaths(there, request, wanted.server, homeFolder);
  const { grants } = request;
  const network = request.network !== undefined || grants.net !== false ? { network: wanted.server.network, net: wanted.server.permissions.net } : { network: there.network, net: there.permissions.net };
  const limits = { ...there.limits, ...request.limits };
  const { network: _, ...rest } = there;
  const server: DockerServer = {
    ...rest,
    ...(network.network === undefined ? {} : { network: network.network }),
    environment: variables.environment,
    limits,
    arguments: request.arguments.length === 0 ? there.arguments : wanted.server.arguments,
    volumes: paths.volumes,
    permissions: { ...there.permissions, net: network.net, read: paths.read, write: paths.write, env: variables.env, controlFiles: there.permissions.controlFiles || grants.controlFiles },
    // State that another session may have changed is not served from memory.
    ...(request.service === undefined ? {} : { service: withAsked(there.service, request.service) }),
    standby: there.standby === 'safe' && paths.writes ? wanted.server.standby : there.standby,
  };
  return { server, values: variables.values, changes: describe(there, server, variables.names) };
}

interface ChangedVariables {
  readonly environment: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly values: ServerValues;
  /** Those that have another value, or the same from elsewhere. */
  readonly names: readonly string[];
}

function changedVariables(there: DockerServer, before: ServerValues, request: InstallRequest, wanted: WantedServer): ChangedVariables {
  const given = wanted.values.values;
  const environment = { ...there.environment };
  const env = new Set(there.permissions.env);
  const secrets = { ...before.secrets };
  const remembered = { ...before.remembered };
  for (const name of new Set(request.values.map((value) => value.name))) {
    environment[name] = wanted.server.environment[name] ?? '';
    env.delete(name);
    // The value of another kind that it had is nobody's now.
    delete secrets[name];
    delete remembered[name];
  }
  for (const name of wanted.server.permissions.env) {
    delete environment[name];
    delete secrets[name];
    env.add(name);
  }
  const after: ServerValues = { secrets: { ...secrets, ...given.secrets }, remembered: { ...remembered, ...given.remembered } };
  const named = [...request.values.map(({ name }) => name), ...request.grants.env];
  const names = [...new Set(named)].filter((name) => there.environment[name] !== environment[name] || there.permissions.env.includes(name) !== env.has(name)
    || before.secrets[name] !== after.secrets[name] || before.remembered[name] !== after.remembered[name]);
  return { environment, env: [...env], values: after, names };
}

interface ChangedPaths {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly volumes: Readonly<Record<string, string>>;
  /** Whether a flag gives it something to write. */
  readonly writes: boolean;
}

/** A path that a flag gives takes the place of what was at the same path inside. */
function changedPaths(there: DockerServer, { location, volumes }: InstallRequest, wanted: DockerServer, homeFolder: string): ChangedPaths {
  const placeOf = (text: string): string => parseGrantPath(text, location.folder, homeFolder).target;
  const placeOfVolume = ([from, to]: readonly [string, string]): string => parseVolume(`${from}:${to}`, location.folder, homeFolder).target;
  /** A path that stands there already keeps its spelling. */
  const spelled = (list: readonly string[], before: readonly string[]): readonly string[] => list.map((text) => before.find((old) => isSamePath(old, text, location.folder, homeFolder)) ?? text);
  const read = spelled(wanted.permissions.read, there.permissions.read);
  const write = spelled(wanted.permissions.write, there.permissions.write);
  const taken = new Set([...[...read, ...write].map(placeOf), ...Object.entries(wanted.volumes).map(placeOfVolume)]);
  const kept = (list: readonly string[]): readonly string[] => list.filter((text) => !taken.has(placeOf(text)));
  return {
    read: [...kept(there.permissions.read), ...read],
    write: [...kept(there.permissions.write), ...write],
    volumes: { ...Object.fromEntries(Object.entries(there.volumes).filter((entry) => !taken.has(placeOfVolume(entry)))), ...wanted.volumes },
    writes: write.length > 0 || volumes.some((text) => !text.endsWith(':ro')),
  };
}

function isSamePath(a: string, b: string, base: string, homeFolder: string): boolean {
  return canonicalJson(parseGrantPath(a, base, homeFolder)) === canonicalJson(parseGrantPath(b, base, homeFolder));
}

/** What one entry of a manifest has, or has otherwise, than the one that is to take its place. */
export function replacedSettings(before: DockerServer, after: DockerServer): readonly string[] {
  const names = [...new Set([...Object.keys(before.environment), ...before.permissions.env])]
    .filter((name) => before.environment[name] !== after.environment[name] || before.permissions.env.includes(name) !== after.permissions.env.includes(name));
  const gone = before.source?.overrides.filter((spec) => after.source?.overrides.includes(spec) !== true) ?? [];
  return [
    ...describe(before, after, names),
    ...(before.source?.version === after.source?.version ? [] : [`version: ${before.source?.version ?? 'any'} → ${after.source?.version ?? 'any'}`]),
    ...(gone.length === 0 ? [] : [`overrides: no longer ${gone.join(', ')}`]),
    ...(before.source?.asOf === after.source?.asOf ? [] : [`dependencies: ${before.source?.asOf ?? 'any'} → ${after.source?.asOf ?? 'any'}`]),
    ...(canonicalJson(before.source?.dockerfile) === canonicalJson(after.source?.dockerfile) ? [] : [`built by: ${after.source?.dockerfile?.path ?? 'cc-mcp\'s own template'}`]),
    ...listChange('system packages', before.source?.systemPackages ?? [], after.source?.systemPackages ?? []),
  ];
}

function describe(before: DockerServer, after: DockerServer, variables: readonly string[]): readonly string[] {
  return [
    ...(variables.length === 0 ? [] : [`environment: ${variables.join(', ')}`]),
    ...limitChanges(before.limits, after.limits),
    ...(networkOf(before) === networkOf(after) ? [] : [`network: ${networkOf(before)} → ${networkOf(after)}`]),
    ...listChange('may read', before.permissions.read, after.permissions.read),
    ...listChange('may write', before.permissions.write, after.permissions.write),
    ...listChange('volumes', volumeTexts(before), volumeTexts(after)),
    ...(before.permissions.controlFiles === after.permissions.controlFiles ? [] : [`control files: ${after.permissions.controlFiles ? 'may be written' : 'no longer may be written'}`]),
    ...(transportOf(before) === transportOf(after) ? [] : [`transport: ${transportOf(before)} → ${transportOf(after)}`]),
    ...(canonicalJson(before.arguments) === canonicalJson(after.arguments) ? [] : [`arguments: ${words(before.arguments)} → ${words(after.arguments)}`]),
  ];
}

function limitChanges(before: ManifestLimits, after: ManifestLimits): readonly string[] {
  return (['memory', 'cpus', 'pids'] as const).flatMap((what) => {
    const [old, wanted] = [String(before[what] ?? DEFAULT_LIMITS[what]), String(after[what] ?? DEFAULT_LIMITS[what])];
    return old === wanted ? [] : [`${what}: ${old} → ${wanted}`];
  });
}

function networkOf(server: DockerServer): string {
  if (server.network !== undefined) return server.network;
  const { net } = server.permissions;
  return net === true ? 'everything' : net === false || net.length === 0 ? 'none' : net.join(', ');
}

function transportOf({ service }: DockerServer): string {
  return service === undefined ? 'stdio' : describeService(service);
}

/** As sets: the order decides nothing. */
function listChange(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const added = after.filter((text) => !before.includes(text));
  const gone = before.filter((text) => !after.includes(text));
  return added.length === 0 && gone.length === 0 ? [] : [`${what}: ${[...added, ...gone.map((text) => `no longer ${text}`)].join(', ')}`];
}

function volumeTexts({ volumes }: DockerServer): readonly string[] {
  return Object.entries(volumes).map(([from, to]) => `${from}:${to}`);
}

function words(list: readonly string[]): string {
  return list.length === 0 ? 'none' : list.map((argument) => JSON.stringify(argument)).join(' ');
}

/** What the request asks that other code would be needed for, in the words of its flags. */
export function otherCode(there: DockerServer, entry: LockEntry, request: InstallRequest, { offered }: WantedServer, typedVersion: string | undefined): readonly string[] {
  const overrides = request.overrides.filter((spec) => there.source?.overrides.includes(spec) !== true);
  const systemPackages = (request.systemPackages ?? []).filter((name) => !entry.systemPackages.includes(name));
  return [
    ...(typedVersion === undefined || typedVersion === entry.source.version || offered.source.version === there.source?.version ? [] : [`version ${typedVersion}`]),
    ...overrides.map((spec) => `--override ${spec}`),
    ...systemPackages.map((name) => `--system-package ${name}`),
    ...(request.asOf === undefined || (request.asOf === false ? undefined : request.asOf) === entry.source.asOf ? [] : [request.asOf === false ? '--no-as-of' : `--as-of ${request.asOf}`]),
    ...(request.dockerfile === undefined || canonicalJson(request.dockerfile) === canonicalJson(entry.source.dockerfile) ? [] : [`--dockerfile ${request.dockerfile.path}${request.dockerfile.network ? ' --build-network' : ''}`]),
    ...(request.bin === undefined || request.bin === entry.source.bin ? [] : [`--bin ${request.bin}`]),
    ...(request.grants.scripts && !entry.scripts ? ['--allow-scripts'] : []),
  ];
}
