import { join, resolve } from 'node:path';
import type { FoundIndex, FoundIndexes } from './found-indexes.ts';
import { passwordFor, readNetrc } from './netrc.ts';
import { pipIndexes } from './pip-conf.ts';
import { credentialsIn, parseAddress } from './registry-address.ts';
import { readUserFile } from './user-file.ts';
import { uvIndexes } from './uv-toml.ts';

/** What of the user's uv and pip configuration steers us. Addresses have the user's credentials in them. */
export interface PypiConfiguration {
  /** Address of the index; undefined: uv's own default. */
  readonly index: string | undefined;
  /** Indexes that are asked before it, as uv asks them: a package comes from the first that has it. */
  readonly extra: readonly string[];
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
  const variable = (name: string): Place => ({ where: `variable ${name}`, read: () => ({ extra: [], ...inVariable(environment, name)[0] }) });
  const variables = (names: readonly string[]): Place => ({ where: `variable ${names[0]}`, read: () => ({ extra: names.flatMap((name) => inVariable(environment, name).map(({ index }) => index)) }) });
  const file = (path: string, parse: (text: string, path: string) => FoundIndexes): Place => ({ where: `index in ${path}`, read: () => {
    const text = readUserFile(path);
    return text === undefined ? { extra: [] } : parse(text, path);
  } });
  const places = [
    variable('UV_DEFAULT_INDEX'), variable('UV_INDEX_URL'), variables(['UV_INDEX', 'UV_EXTRA_INDEX_URL']), ...uvFiles.map((path) => file(path, uvIndexes)),
    variable('PIP_INDEX_URL'), variables(['PIP_EXTRA_INDEX_URL']), ...pipFiles.map((path) => file(path, pipIndexes)),
  ];
  const netrc = readNetrc(at(environment['NETRC'] || '.netrc'));
  const address = (found: FoundIndex, where: string): string => withCredentials(parseAddress(found.address, where), found.name, environment, netrc);
  // Each at the first place that says it: a later one does not add to it.
  let index: string | undefined;
  let extra: readonly string[] = [];
  for (const { where, read } of places) {
    if (index !== undefined && extra.length > 0) break;
    const found = read();
    if (index === undefined && found.index !== undefined) index = address(found.index, where);
    if (extra.length === 0) extra = found.extra.map((one) => address(one, where));
  }
  return { index, extra: [...new Set(extra)].filter((one) => one !== index) };
}

interface Place {
  readonly where: string;
  read(): FoundIndexes;
}

/** `NAME=ADDRESS` or an address, several separated by spaces. */
function inVariable(environment: PypiConfigurationFiles['environment'], name: string): readonly { readonly index: FoundIndex }[] {
  return (environment[name] ?? '').split(/\s+/).filter((word) => word !== '').map((word) => {
    const [, label, address = word] = /^([\w.-]+)=(https?:.*)$/.exec(word) ?? [];
    return { index: label === undefined ? { address } : { address, name: label } };
  });
}

/** As uv looks for them: in the address, in the variables of the index's name, in the netrc. */
function withCredentials(address: string, name: string | undefined, environment: PypiConfigurationFiles['environment'], netrc: ReturnType<typeof readNetrc>): string {
  const url = new URL(address);
  const variable = (kind: 'USERNAME' | 'PASSWORD'): string | undefined => (name === undefined ? undefined : environment[`UV_INDEX_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_${kind}`]);
  const given = credentialsIn(address);
  const known = netrc === undefined ? undefined : passwordFor(netrc, url.hostname, given.username);
  const password = given.password || variable('PASSWORD') || known?.password;
  const username = given.username || variable('USERNAME') || (password === undefined ? undefined : known?.login);
  url.username = encodeURIComponent(username ?? '');
  url.password = encodeURIComponent(password ?? '');
  return url.href;
}
