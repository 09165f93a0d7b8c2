import { dirname, isAbsolute, join, resolve } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { isNpmName } from '../domain/npm-grammar.ts';
import { parseNpmrc } from './npmrc.ts';
import type { NpmrcEntries } from './npmrc.ts';
import { credentialsIn, hasCredentials, parseAddress, placeOf, withoutCredentials } from './registry-address.ts';
import { readUserFile } from './user-file.ts';

/** What the user has for one place, under npm's own names: `_authToken`, `_auth`, `username`, `_password`, `certfile`, `keyfile`. */
export interface NpmCredential {
  /** `//host/path/`: everything below it. */
  readonly place: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What of the user's npm configuration steers us. */
export interface NpmConfiguration {
  /** Undefined: npm's own default. */
  readonly registry: string | undefined;
  /** `@scope` → address. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly credentials: readonly NpmCredential[];
  /** Certificates in PEM that take the place of the default ones. */
  readonly ca: readonly string[];
  /** Beside the usual variables, which whoever fetches reads itself. */
  readonly proxy: string | undefined;
  readonly noProxy: string | undefined;
  readonly strictSsl: boolean;
}

export interface NpmConfigurationFiles {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** The Node that runs npm: npm's global npmrc is beside it. */
  readonly execPath: string;
}

/** `npm_config_*`, then the user's npmrc, then the global one; never that of a working directory, a manifest or a checkout. */
export function readNpmConfiguration({ environment, homeFolder, execPath }: NpmConfigurationFiles): NpmConfiguration {
  const fromEnvironment = environmentEntries(environment, homeFolder);
  // A relative path starts at the user's folder: the working directory steers nothing.
  const at = (path: string): string => resolve(homeFolder, path.replace(/^~\//, ''));
  const user = readNpmrc(at(fromEnvironment.get('userconfig')?.[0] ?? '.npmrc'), environment);
  const prefix = (fromEnvironment.get('prefix') ?? user.get('prefix'))?.[0] ?? environment['PREFIX'] ?? join(environment['DESTDIR'] ?? '/', dirname(dirname(execPath)));
  const global = readNpmrc(at((fromEnvironment.get('globalconfig') ?? user.get('globalconfig'))?.[0] ?? join(prefix, 'etc/npmrc')), environment);
  return configurationOf(new Map([...global, ...user, ...fromEnvironment]), at);
}

function environmentEntries(environment: NpmConfigurationFiles['environment'], homeFolder: string): NpmrcEntries {
  const entries = new Map<string, readonly string[]>();
  const foreign = projectKeys(environment, homeFolder);
  for (const [name, value] of Object.entries(environment)) {
    if (!/^npm_config_/i.test(name) || value === undefined || value === '') continue;
    const rest = name.slice('npm_config_'.length);
    const key = rest.startsWith('//') ? rest : rest.replaceAll(/(?!^)_/g, '-').toLowerCase();
    if (!(name.startsWith('npm_config_') && foreign.has(key))) entries.set(key, value.split('\n\n'));
  }
  return entries;
}

/**
 * Keys of the project's npmrc, where npm or npx started us in a project: npm hands that file's settings on as `npm_config_*`
 * variables, and they must steer nothing here either.
 */
function projectKeys(environment: NpmConfigurationFiles['environment'], homeFolder: string): ReadonlySet<string> {
  const project = environment['npm_config_local_prefix'];
  if (project === undefined || !isAbsolute(project) || resolve(project) === resolve(homeFolder)) return new Set();
  return new Set(readNpmrc(join(project, '.npmrc'), environment).keys());
}

function readNpmrc(path: string, environment: NpmConfigurationFiles['environment']): NpmrcEntries {
  return parseNpmrc(readUserFile(path) ?? '', environment);
}

function configurationOf(entries: NpmrcEntries, at: (path: string) => string): NpmConfiguration {
  const value = (key: string): string | undefined => entries.get(key)?.at(-1)?.trim() || undefined;
  // npm writes `proxy=null` or `false` for none.
  const proxy = (key: string): string | undefined => (/^(?:null|false|true)$/.test(value(key) ?? '') ? undefined : value(key));
  const cafile = value('cafile');
  const registry = value('registry');
  const addresses = [
    ...(registry === undefined ? [] : [['', parseAddress(registry, 'registry of your npm configuration')] as const]),
    ...[...entries.keys()].flatMap((key) => {
      const scope = key.endsWith(':registry') ? key.slice(0, -':registry'.length) : '';
      const address = value(key);
      return isNpmName(`${scope}/x`) && scope.startsWith('@') && address !== undefined ? [[scope, parseAddress(address, `${key} of your npm configuration`)] as const] : [];
    }),
  ];
  const { '': standard, ...scopes } = Object.fromEntries(addresses.map(([scope, address]) => [scope, withoutCredentials(address)]));
  return {
    registry: standard,
    scopes,
    credentials: credentialsOf(entries, addresses.map(([, address]) => address)),
    ca: certificates(entries.get('ca') ?? [], cafile === undefined ? undefined : at(cafile)),
    proxy: proxy('https-proxy') ?? proxy('proxy'),
    noProxy: value('noproxy'),
    strictSsl: value('strict-ssl') !== 'false',
  };
}

const CREDENTIAL = /^(\/\/.*?)\/?:(_authToken|_auth|_password|username|certfile|keyfile)$/;

/** By place, sorted. What stands in an address itself is an entry like the others, which win over it. */
function credentialsOf(entries: NpmrcEntries, addresses: readonly string[]): readonly NpmCredential[] {
  const places = new Map<string, Record<string, string>>();
  const add = (place: string, key: string, value: string): void => void places.set(place, { ...places.get(place), [key]: value });
  for (const address of addresses.filter(hasCredentials)) {
    const { username, password } = credentialsIn(address);
    add(placeOf(address), 'username', username);
    add(placeOf(address), '_password', Buffer.from(password).toString('base64'));
  }
  for (const [name, values] of entries) {
    const [, place, key] = CREDENTIAL.exec(name) ?? [];
    const value = values.at(-1);
    if (place !== undefined && key !== undefined && value !== undefined && value !== '') add(`${place}/`, key, value);
  }
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([place, values]) => ({ place, values }));
}

/** `cafile` wins over `ca`, as in npm. */
function certificates(inline: readonly string[], file: string | undefined): readonly string[] {
  if (file === undefined) return inline.filter((text) => text.includes('BEGIN CERTIFICATE'));
  const text = readUserFile(file);
  if (text === undefined) throw new CcMcpError('FILE_NOT_FOUND', `${file}, the cafile of your npm configuration, is not there`, { suggestions: ['npm config get cafile'] });
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
