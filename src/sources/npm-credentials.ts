import { CcMcpError } from '../domain/errors.ts';
import type { ToolSecret } from '../domain/tool-container.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { NpmConfiguration, NpmCredential } from './npm-configuration.ts';
import { hostOf, placeOf, unsetVariable } from './registry-address.ts';

export type NpmRegistries = Pick<NpmConfiguration, 'registry' | 'scopes' | 'credentials'>;

/** The registry of a package by its name; undefined: npm's own default. */
export function registryOf(name: string, { registry, scopes }: NpmRegistries): string | undefined {
  return scopes[name.split('/')[0] ?? ''] ?? registry;
}

/**
 * What the user has for a registry that the user's configuration names, at its place or the nearest above. What somebody publishes
 * with at npm's own default is not needed to read what is public there.
 */
export function credentialFor(registry: string, { credentials }: NpmRegistries): NpmCredential | undefined {
  const place = placeOf(registry);
  return credentials.filter((credential) => place.startsWith(credential.place)).toSorted((a, b) => b.place.length - a.place.length)[0];
}

/** Whether one of these packages is in a registry for which there are credentials. */
export function arePrivate(names: Iterable<string>, configuration: NpmRegistries): boolean {
  return [...names].some((name) => {
    const registry = registryOf(name, configuration);
    return registry !== undefined && credentialFor(registry, configuration) !== undefined;
  });
}

/** The options under which npm's library takes them. */
export function fetchOptions(registry: string, configuration: NpmRegistries): Readonly<Record<string, string>> {
  const credential = credentialFor(registry, configuration);
  return credential === undefined ? {} : Object.fromEntries(linesOf(credential));
}

/** For npm in a container, where it has any: what belongs to the registries that it may ask, and nothing else. */
export function npmSecret(configuration: NpmRegistries): ToolSecret | undefined {
  const registries = [...(configuration.registry === undefined ? [] : [configuration.registry]), ...Object.values(configuration.scopes)];
  const credentials = new Set(registries.flatMap((registry) => credentialFor(registry, configuration) ?? []));
  if (credentials.size === 0) return undefined;
  const lines = [...credentials].flatMap(linesOf);
  return { path: '/tmp/npm-credentials', content: lines.map(([key, value]) => `${key}=${quoted(value)}\n`).join(''), values: [...credentials].flatMap(secretsOf) };
}

function linesOf({ place, values }: NpmCredential): readonly (readonly [string, string])[] {
  const host = place.split('/')[2] ?? place;
  if (values['certfile'] !== undefined || values['keyfile'] !== undefined) {
    throw new CcMcpError('UNSUPPORTED', `Your npm configuration has a client certificate for ${host}, and cc-mcp can only use a token or a password`, { suggestions: [`npm config set ${place}:_authToken TOKEN`] });
  }
  return Object.entries(values).map(([key, value]) => {
    const variable = unsetVariable(value);
    if (variable === undefined) return [`${place}:${key}`, value] as const;
    throw new CcMcpError('VALUE_MISSING', `What your npm configuration has for ${host} stands in the variable ${variable}, which is not set`, { suggestions: [`export ${variable}=…`] });
  });
}

function secretsOf({ values: { _authToken = '', _auth = '', _password = '' } }: NpmCredential): readonly string[] {
  const plain = Buffer.from(_auth, 'base64').toString('utf8');
  return [_authToken, _auth, plain, plain.slice(plain.indexOf(':') + 1), _password, Buffer.from(_password, 'base64').toString('utf8')].filter((value) => value !== '');
}

/** JSON's quoting is npm's, and `${` must not be read as a variable there. */
export function quoted(text: string): string {
  return JSON.stringify(text.replaceAll('${', '\\${'));
}

/** A registry that does not give out what was asked for: because of the user's credentials, or for want of them. */
export function refusedBy(registry: string, what: string, status: string, configuration: NpmRegistries): Diagnosis {
  const host = hostOf(registry);
  const known = credentialFor(registry, configuration) !== undefined;
  return {
    code: 'SOURCE_UNREACHABLE',
    message: !known && status === '403' ? `${host} refuses ${what} (HTTP 403), and your npm configuration has no credentials for it` : known ? `${host} refuses what your npm configuration has for it (HTTP ${status}): ${what}` : `${host} wants credentials, and your npm configuration has none for it: ${what}`,
    suggestions: [`npm login --registry=${registry}`, `or: npm config set ${placeOf(registry)}:_authToken TOKEN`],
  };
}
