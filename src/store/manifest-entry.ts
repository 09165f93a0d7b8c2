import type { DockerServer, ManifestServer } from '../domain/manifest.ts';
import { volumesFromList } from './manifest-volumes.ts';
import { parseDocker, parseExternal, parseMode, parseSource } from './schema.ts';

type Raw = Readonly<Record<string, unknown>>;

/** One entry of `mcpServers` as cc-mcp understands it. `at` is its path in the file, for errors. */
export function readEntry(raw: Raw, at: readonly string[]): ManifestServer {
  if (modeOf(raw, at) === 'docker') return readDocker(raw, at);
  return { mode: 'external', ...parseExternal(raw, at) };
}

/** What has no mode is external when a client could start it, and ours when only we could. */
function modeOf(raw: Raw, at: readonly string[]): 'docker' | 'external' {
  const { mode } = parseMode(raw, at);
  if (mode !== undefined) return mode;
  if ('command' in raw || 'url' in raw) return 'external';
  return 'docker' in raw || 'image' in raw || 'source' in raw ? 'docker' : 'external';
}

/** The flat form has the settings of `docker` directly under the server. */
export function isFlat(raw: Raw): boolean {
  return !('docker' in raw) && ['image', 'volumes', 'environment', 'limits', 'network', 'arguments'].some((key) => key in raw);
}

function readDocker(raw: Raw, at: readonly string[]): DockerServer {
  const entry = parseDocker(raw, at);
  const { image, volumes = {}, environment = {}, limits = {}, network } = entry.docker ?? entry;
  const source = raw['source'] === undefined ? undefined : parseSource(raw['source'], [...at, 'source']);
  return {
    mode: 'docker',
    ...(image === undefined ? {} : { image }),
    volumes: isList(volumes) ? volumesFromList(volumes, [...at, ...(entry.docker === undefined ? [] : ['docker']), 'volumes']) : volumes,
    environment,
    limits,
    ...(network === undefined ? {} : { network }),
    // Beside a command, `args` are that command's: `cc-mcp run NAME`, for other clients.
    arguments: entry.docker === undefined ? (entry.arguments ?? (entry.command === undefined ? entry.args : undefined) ?? []) : (entry.docker.args ?? []),
    ...(source === undefined ? {} : { source }),
    permissions: { ...entry.permissions, net: isEmptyList(entry.permissions.net) ? false : entry.permissions.net },
    statePaths: entry.statePaths,
    standby: entry.standby,
    ...(entry.service === undefined ? {} : { service: entry.service }),
    pathsAsArguments: entry.pathsAsArguments,
    ...(entry.package === undefined ? {} : { package: entry.package }),
  };
}

function isList<Value>(value: Value | readonly string[]): value is readonly string[] & Value {
  return Array.isArray(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
