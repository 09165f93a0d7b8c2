import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { credentialFor, fetchOptions, refusedBy, registryOf } from './npm-credentials.ts';
import { hostOf } from './registry-address.ts';
import { Transient, retryAfter, withRetries } from './retry.ts';
import { parsePackument } from './schema.ts';
import type { Packument } from './schema.ts';

/** All that the registry says of a package, in one request, with what the user has for that registry. */
export async function fetchPackument(name: string, configuration: NpmConfiguration, clock: Clock, signal?: AbortSignal): Promise<Packument> {
  // Loaded here: it costs 0.3 s, and most commands ask no registry.
  const { default: registryFetch } = await import('npm-registry-fetch');
  const configured = registryOf(name, configuration);
  const registry = configured ?? registryFetch.pickRegistry(name, {});
  const credentials = configured === undefined ? {} : fetchOptions(configured, configuration);
  const ask = async (limit: AbortSignal): Promise<unknown> => {
    try {
      return await registryFetch.json(`/${name.replace('/', '%2f')}`, {
        ...credentials, registry, strictSSL: configuration.strictSsl, fetchRetries: 0, signal: limit, userAgent: 'cc-mcp',
        ...(configuration.ca.length === 0 ? {} : { ca: configuration.ca }),
        ...(configuration.proxy === undefined ? {} : { proxy: configuration.proxy }),
        ...(configuration.noProxy === undefined ? {} : { noProxy: configuration.noProxy }),
      });
    } catch (error) {
      throw translate(error, { name, registry, configuration }, clock.now());
    }
  };
  try {
    return parsePackument(await withRetries(clock, ask, signal), name);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof CcMcpError ? error : unreachable(error instanceof Transient ? error.cause : error, name, registry);
  }
}

interface RegistryFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

interface Question {
  readonly name: string;
  readonly registry: string;
  readonly configuration: NpmConfiguration;
}

function translate(error: unknown, { name, registry, configuration }: Question, now: number): unknown {
  const { statusCode, headers } = error as RegistryFailure;
  if (statusCode === 404) {
    return new CcMcpError('PACKAGE_NOT_FOUND', `There is no npm package ${name} at ${hostOf(registry)}`, { suggestions: [`cc-mcp search ${name.split('/').at(-1)}`, ...whereElse(name, configuration)], details: { package: name }, cause: error });
  }
  const known = registryOf(name, configuration) === registry && credentialFor(registry, configuration) !== undefined;
  // Without credentials 403 may be said by something between.
  if (statusCode === 401 || (statusCode === 403 && known)) {
    const { code, message, suggestions } = refusedBy(registry, `npm:${name}`, String(statusCode), configuration);
    return new CcMcpError(code, message, { suggestions, details: { package: name, registry: hostOf(registry) }, cause: error });
  }
  if (statusCode !== undefined && statusCode < 500 && statusCode !== 408 && statusCode !== 420 && statusCode !== 429) return error;
  const [, header] = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === 'retry-after') ?? [];
  return isTransient(error) ? new Transient(error, retryAfter(header?.[0], now)) : error;
}

/** A registry may hide what it has from those whom it does not know. */
function whereElse(name: string, configuration: NpmConfiguration): readonly string[] {
  const [scope = ''] = name.split('/');
  if (!name.startsWith('@')) return [];
  const registry = registryOf(name, configuration);
  if (registry === undefined || configuration.scopes[scope] === undefined) return [`or, where a registry of its own has ${scope}: npm config set ${scope}:registry ADDRESS`];
  return credentialFor(registry, configuration) === undefined ? [`or, where it is private: npm login --registry=${registry}`] : [];
}

/** What another try does not change: a certificate that is not trusted, an answer that is not JSON. */
function isTransient(error: unknown): boolean {
  const { code = '', statusCode } = error as RegistryFailure;
  return statusCode !== undefined || !/CERT|SSL|TLS|SIGNATURE|EINVALIDPROXY|^ERR_INVALID/.test(code) && !(error instanceof SyntaxError) && (error as { type?: string }).type !== 'invalid-json';
}

function unreachable(cause: unknown, name: string, registry: string): CcMcpError {
  return new CcMcpError('SOURCE_UNREACHABLE', `${hostOf(registry)} does not answer for npm:${name}: ${reason(cause)}`, {
    suggestions: [suggestion(cause)], details: { package: name, registry: hostOf(registry) }, cause,
  });
}

function reason(cause: unknown): string {
  const { statusCode, code } = cause as RegistryFailure;
  if (statusCode !== undefined) return `HTTP ${statusCode}`;
  if (cause instanceof Error && /^(?:AbortError|TimeoutError)$/.test(cause.name)) return 'no answer in time';
  if ((cause as { type?: string }).type === 'invalid-json') return 'its answer is not JSON';
  return code ?? (cause instanceof Error ? sanitizeLine(cause.message, 120) : 'unknown reason');
}

function suggestion(cause: unknown): string {
  return /CERT|SSL|TLS|SIGNATURE/.test((cause as RegistryFailure).code ?? '')
    ? 'Name your network\'s certificate with NODE_EXTRA_CA_CERTS, or with cafile in ~/.npmrc'
    : 'Check the network and the registry (npm config get registry), then try again';
}
