import { DEFAULT_BASES } from '../domain/base-images.ts';
import { CcMcpError } from '../domain/errors.ts';
import { DEFAULT_WAIT_FOR_ENGINE, parseSettingKey, parseSettingValue } from '../domain/settings.ts';
import type { SettingPath } from '../domain/settings.ts';
import { standbyBudget } from '../domain/standby-budget.ts';
import type { Configuration } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';

export interface Setting {
  readonly key: string;
  /** Null: nothing is set, and `from` says what happens then. */
  readonly value: string | number | null;
  readonly origin: 'default' | 'file' | 'environment';
  /** The file, the variable, or the default in words. */
  readonly from: string;
}

export interface ConfigResult {
  readonly outcome: 'listed' | 'changed' | 'unchanged';
  readonly file: string;
  readonly settings: readonly Setting[];
}

type SettingPorts = Pick<ServerPorts, 'configuration' | 'environment'>;

export async function listSettings(ports: SettingPorts): Promise<ConfigResult> {
  const configuration = await ports.configuration.read();
  const { bases, rewrite } = configuration.images;
  const paths: SettingPath[] = [
    ['engine'], ...keys(DEFAULT_BASES, bases).map((runtime) => ['images', 'bases', runtime]), ...keys(rewrite).map((reference) => ['images', 'rewrite', reference]),
    ['standby', 'memory'], ['run', 'waitForEngine'],
  ];
  return { outcome: 'listed', file: ports.configuration.path, settings: paths.map((path) => setting(ports, configuration, path)) };
}

export async function getSetting(ports: SettingPorts, key: string): Promise<ConfigResult> {
  const path = parseSettingKey(key);
  return { outcome: 'listed', file: ports.configuration.path, settings: [setting(ports, await ports.configuration.read(), path)] };
}

/** Undefined takes it away again. */
export async function setSetting(ports: SettingPorts & Pick<ServerPorts, 'engine' | 'standbys'>, key: string, text: string | undefined): Promise<ConfigResult> {
  const path = parseSettingKey(key);
  const outcome = await ports.configuration.write(path, text === undefined ? undefined : parseSettingValue(path, text));
  if (path[0] === 'standby') await applyBudget(ports);
  return { outcome, file: ports.configuration.path, settings: [setting(ports, await ports.configuration.read(), path)] };
}

/** Without an engine there are no standbys, and whoever starts one computes it anew. */
async function applyBudget(ports: Pick<ServerPorts, 'configuration' | 'engine' | 'standbys'>): Promise<void> {
  const { standby } = await ports.configuration.read();
  try {
    const { info } = await ports.engine.connect();
    await ports.standbys.setBudget(standbyBudget(info.memoryBytes, standby.memory));
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
  }
}

function setting({ configuration: { path: file }, environment }: SettingPorts, configuration: Configuration, path: SettingPath): Setting {
  const key = path.join('.');
  const overriding = key === 'engine' ? environment['CC_MCP_ENGINE'] : undefined;
  if (overriding !== undefined && overriding !== '') return { key, value: overriding, origin: 'environment', from: 'CC_MCP_ENGINE' };
  const [value, standard, words] = valueAt(configuration, path);
  return value === undefined || value === standard ? { key, value: standard ?? null, origin: 'default', from: words } : { key, value, origin: 'file', from: file };
}

/** What the file says, the default, and the default in words. */
function valueAt({ engine, images, standby, run }: Configuration, path: SettingPath): readonly [string | number | undefined, string | number | undefined, string] {
  const [section, part, entry = ''] = path;
  switch (`${section}.${part ?? ''}`) {
    case 'images.bases': return [images.bases[entry], keyed(DEFAULT_BASES, entry), 'default'];
    case 'images.rewrite': return [images.rewrite[entry], undefined, 'no rewriting'];
    case 'standby.memory': return [standby.memory, undefined, "a quarter of the engine's memory, at most 2 GiB"];
    case 'run.waitForEngine': return [run.waitForEngine, DEFAULT_WAIT_FOR_ENGINE, 'default'];
    default: return [engine, undefined, 'the first that answers: DOCKER_HOST, the docker context, the usual sockets'];
  }
}

function keyed(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function keys(...maps: readonly Readonly<Record<string, string>>[]): string[] {
  return [...new Set(maps.flatMap((map) => Object.keys(map)))].sort();
}
