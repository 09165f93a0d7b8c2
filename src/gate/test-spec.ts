import type { ContainerSpec, Mount } from '../domain/container-engine.ts';
import type { Companion, MarketplacePackage } from '../domain/package.ts';
import type { RunningCompanion } from './companion.ts';

/** Where a server that is given folders finds one during the calls. */
export const TEST_FOLDER = '/gate-folder';
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];

/** The same settings, but beside the companion and with the values and arguments that lead to it. */
export function besideCompanion(spec: ContainerSpec, companion: Companion, running: RunningCompanion): ContainerSpec {
  const values = Object.entries(companion.configuration).map(([name, value]) => [name, value.replaceAll('{host}', running.host)]);
  return {
    ...spec,
    command: [...spec.command, ...companion.arguments.map((argument) => argument.replaceAll('{host}', running.host))],
    network: { kind: 'named', name: running.network },
    extraHosts: [],
    environment: { ...spec.environment, ...withoutProxyTo(running.host, spec.environment), ...Object.fromEntries(values) },
  };
}

function withoutProxyTo(host: string, environment: ContainerSpec['environment']): Record<string, string> {
  if (!PROXIES.some((name) => name in environment)) return {};
  const names = ['NO_PROXY', 'no_proxy'];
  return Object.fromEntries(names.map((name) => [name, [environment[name], host].filter((part) => part !== undefined && part !== '').join(',')]));
}

/** The same settings without a proxy: the hosts themselves are asked for, not the way to them. */
export function withoutProxies(spec: ContainerSpec): ContainerSpec {
  return { ...spec, environment: Object.fromEntries(Object.entries(spec.environment).filter(([name]) => !PROXIES.includes(name))) };
}

/** Whether a container can reach a granted folder or a state volume. */
export function holdsUserData(spec: ContainerSpec): boolean {
  return spec.mounts.some((mount) => isState(mount) || isGrant(mount));
}

function isState(mount: Mount): boolean {
  return mount.kind === 'volume';
}

/** Our own files for the server, the CA bundle say, are no data of the user. */
function isGrant(mount: Mount): boolean {
  return mount.kind === 'bind' && !mount.target.startsWith('/run/');
}

/**
 * The same settings, but with empty folders in memory where the user's data would be: the calls write, and what they
 * write must not reach a granted folder or a state volume.
 */
export function withoutUserData(spec: ContainerSpec, pathsAsArguments: boolean): ContainerSpec {
  const state = spec.mounts.filter(isState).map(({ target }) => target);
  const granted = spec.mounts.filter(isGrant).map(({ target }) => target);
  const folders = pathsAsArguments ? [...state, TEST_FOLDER] : state;
  return {
    ...spec,
    mounts: spec.mounts.filter((mount) => !isState(mount) && !isGrant(mount)),
    command: pathsAsArguments ? [...spec.command.filter((argument) => !granted.includes(argument)), TEST_FOLDER] : spec.command,
    tmpfs: { ...spec.tmpfs, ...Object.fromEntries(folders.map((folder) => [folder, ownedFolder(spec.user)])) },
  };
}

/** The same settings for a start beside the real one: state in memory, and granted folders that cannot be written. */
export function lookingOnly(spec: ContainerSpec): ContainerSpec {
  const state = spec.mounts.filter(isState).map(({ target }) => target);
  return {
    ...spec,
    name: `${spec.name}-era`,
    mounts: spec.mounts.filter((mount) => !isState(mount)).map((mount) => ({ ...mount, readOnly: true })),
    tmpfs: { ...spec.tmpfs, ...Object.fromEntries(state.map((folder) => [folder, ownedFolder(spec.user)])) },
  };
}

function ownedFolder(user: string): string {
  const [uid = '0', gid = '0'] = user.split(':');
  return `rw,nosuid,nodev,noexec,size=64m,mode=0700,uid=${uid},gid=${gid}`;
}

/** Stand-ins for values that it needs and that nobody gave; they lead nowhere. */
export function standIns(spec: ContainerSpec, offered: Pick<MarketplacePackage, 'tests' | 'configuration'> | undefined): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name, required, example } of offered?.configuration ?? []) {
    if (!required || name in spec.environment) continue;
    const value = example ?? offered?.tests.companion?.configuration[name]?.replaceAll('{host}', 'localhost');
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** `{host}` and `{folder}` in a call and in what is expected of it. */
export function filledIn<T>(value: T, host: string | undefined): T {
  if (typeof value === 'string') return value.replaceAll('{folder}', TEST_FOLDER).replaceAll('{host}', host ?? '{host}') as T;
  if (Array.isArray(value)) return value.map((item: unknown) => filledIn(item, host)) as T;
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn<unknown>(item, host)])) as T;
  return value;
}
