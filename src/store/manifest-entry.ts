import type { DockerServer, ManifestServer, ManifestSource } from '../domain/manifest.ts';
import type { SourceType } from '../domain/package.ts';
import { volumesFromList } from './manifest-volumes.ts';
import { parseDocker, parseExternal, parseMode, parseSource } from './schema.ts';

/** Kinds of sources that this version installs. */
const READ: ReadonlySet<unknown> = new Set(['npm', 'pypi', 'git', 'local'] satisfies SourceType[]);

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
  const source = readSource(raw['source'], [...at, 'source']);
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
    pathsAsArguments: entry.pathsAsArguments,
    ...(entry.package === undefined ? {} : { package: entry.package }),
  };
}

/** A kind of source that this version cannot install is left where it stands: the other servers of the file still work. */
function readSource(raw: unknown, at: readonly string[]): ManifestSource | undefined {
  if (typeof raw !== 'object' || raw === null || !('type' in raw) || !READ.has(raw.type)) return undefined;
  return parseSource(raw, at);
}

function isList<Value>(value: Value | readonly string[]): value is readonly string[] & Value {
  return Array.isArray(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
