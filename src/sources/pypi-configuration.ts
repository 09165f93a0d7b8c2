import { join, resolve } from 'node:path';
import { parseAddress } from './registry-address.ts';
import { readUserFile } from './user-file.ts';

/** What of the user's uv and pip configuration steers us. */
export interface PypiConfiguration {
  /** Address of the index; undefined: uv's own default. */
  readonly index: string | undefined;
}

export interface PypiConfigurationFiles {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: 'linux' | 'darwin';
  /** Root of the system's configuration: `/`. */
  readonly systemFolder: string;
}

/** uv's variables and files before pip's, the user's before the system's; never those of a working directory or a checkout. */
export function readPypiConfiguration({ environment, homeFolder, platform, systemFolder }: PypiConfigurationFiles): PypiConfiguration {
  const at = (path: string): string => resolve(homeFolder, path.replace(/^~\//, ''));
  const userFolder = environment['XDG_CONFIG_HOME'] || at('.config');
  const systemFolders = [...(environment['XDG_CONFIG_DIRS']?.split(':').filter((folder) => folder.startsWith('/')) ?? [join(systemFolder, 'etc/xdg')])];
  const uvFiles = environment['UV_CONFIG_FILE'] ? [at(environment['UV_CONFIG_FILE'])] : environment['UV_NO_CONFIG'] ? [] : [
    join(userFolder, 'uv/uv.toml'), ...systemFolders.map((folder) => join(folder, 'uv/uv.toml')), join(systemFolder, 'etc/uv/uv.toml'),
  ];
  const pipFiles = [
    ...(environment['PIP_CONFIG_FILE'] ? [at(environment['PIP_CONFIG_FILE'])] : []),
    ...(platform === 'darwin' ? [at('Library/Application Support/pip/pip.conf')] : []),
    join(userFolder, 'pip/pip.conf'), at('.pip/pip.conf'), ...systemFolders.map((folder) => join(folder, 'pip/pip.conf')), join(systemFolder, 'etc/pip.conf'),
  ];
  const found = firstOf([
    () => inVariable(environment, 'UV_DEFAULT_INDEX'), () => inVariable(environment, 'UV_INDEX_URL'), ...uvFiles.map((file) => () => inFile(file, uvIndex)),
    () => inVariable(environment, 'PIP_INDEX_URL'), ...pipFiles.map((file) => () => inFile(file, pipIndex)),
  ]);
  return { index: found === undefined ? undefined : parseAddress(found.value, found.where) };
}

interface Found {
  readonly value: string;
  readonly where: string;
}

function firstOf(places: readonly (() => Found | undefined)[]): Found | undefined {
  for (const place of places) {
    const found = place();
    if (found !== undefined) return found;
  }
  return undefined;
}

function inVariable(environment: PypiConfigurationFiles['environment'], name: string): Found | undefined {
  const value = environment[name]?.trim();
  return value ? { value: value.replace(/^[\w-]+=(?=https?:)/, ''), where: `variable ${name}` } : undefined;
}

function inFile(path: string, read: (text: string) => string | undefined): Found | undefined {
  const text = readUserFile(path);
  const value = text === undefined ? undefined : read(text);
  return value === undefined ? undefined : { value, where: `index in ${path}` };
}

/** `index-url` at the top or in `[pip]`, or the `[[index]]` with `default = true`: all that a uv.toml can say of it. */
function uvIndex(text: string): string | undefined {
  const tables = text.split(/^(?=\s*\[)/m).map((table) => ({ head: /^\s*(\[+[^\]]*\]+)/.exec(table)?.[1]?.replaceAll(/\s/g, '') ?? '', table }));
  const value = (table: string, key: string): string | undefined => new RegExp(`^\\s*${key}\\s*=\\s*(?:"([^"\\\\]*)"|'([^']*)'|(true))`, 'm').exec(table)?.slice(1).find((part) => part !== undefined);
  const marked = tables.find(({ head, table }) => head === '[[index]]' && value(table, 'default') === 'true');
  if (marked !== undefined) return value(marked.table, 'url');
  return tables.filter(({ head }) => head === '' || head === '[pip]').map(({ table }) => value(table, 'index-url')).find((address) => address !== undefined);
}

function pipIndex(text: string): string | undefined {
  const sections = text.split(/^(?=\[)/m).filter((section) => /^\[(?:global|install)\]/.test(section));
  return sections.flatMap((section) => /^index[-_]url\s*[=:]\s*(\S+)/m.exec(section)?.[1] ?? []).at(-1);
}
