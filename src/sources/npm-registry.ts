import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { hasCredentials, hostOf } from './registry-address.ts';
import { Transient, retryAfter, withRetries } from './retry.ts';
import { parsePackument } from './schema.ts';
import type { Packument } from './schema.ts';

/** All that the registry says of a package, in one request. Without credentials: those are for a later version. */
export async function fetchPackument(name: string, configuration: NpmConfiguration, clock: Clock, signal?: AbortSignal): Promise<Packument> {
  // Loaded here: it costs 0.3 s, and most commands ask no registry.
  const { default: registryFetch } = await import('npm-registry-fetch');
  const standard = registryFetch.pickRegistry(name, {});
  const registry = configuration.scopes[name.split('/')[0] ?? ''] ?? configuration.registry ?? standard;
  refusePrivate(name, registry, standard, configuration);
  const ask = async (limit: AbortSignal): Promise<unknown> => {
    try {
      return await registryFetch.json(`/${name.replace('/', '%2f')}`, {
        registry, strictSSL: configuration.strictSsl, fetchRetries: 0, signal: limit, userAgent: 'cc-mcp',
        ...(configuration.ca.length === 0 ? {} : { ca: configuration.ca }),
        ...(configuration.proxy === undefined ? {} : { proxy: configuration.proxy }),
        ...(configuration.noProxy === undefined ? {} : { noProxy: configuration.noProxy }),
      });
    } catch (error) {
      throw translate(error, name, registry, clock.now());
    }
  };
  try {
    return parsePackument(await withRetries(clock, ask, signal), name);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof CcMcpError ? error : unreachable(error instanceof Transient ? error.cause : error, name, registry);
  }
}

/** Credentials for the default registry are common (they publish with them) and not needed to read what is public there. */
function refusePrivate(name: string, registry: string, standard: string, { credentials }: NpmConfiguration): void {
  if (!hasCredentials(registry)) {
    const place = registry.replace(/^https?:/, '').replace(/\/$/, '');
    const known = credentials.some((key) => place === key || place.startsWith(`${key.replace(/\/$/, '')}/`));
    if (!known || hostOf(registry) === hostOf(standard)) return;
  }
  throw privateRegistry(name, registry);
}

function privateRegistry(name: string, registry: string): CcMcpError {
  return new CcMcpError('UNSUPPORTED', `npm:${name} comes from ${hostOf(registry)}, which wants credentials: private registries come with a later version`, {
    suggestions: ['Install a package of a registry that needs no credentials'], details: { package: name, registry: hostOf(registry) },
  });
}

interface RegistryFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

function translate(error: unknown, name: string, registry: string, now: number): unknown {
  const { statusCode, headers } = error as RegistryFailure;
  if (statusCode === 404) {
    return new CcMcpError('PACKAGE_NOT_FOUND', `There is no npm package ${name} at ${hostOf(registry)}`, { suggestions: [`cc-mcp search ${name.split('/').at(-1)}`], details: { package: name }, cause: error });
  }
  if (statusCode === 401) return privateRegistry(name, registry);
  if (statusCode !== undefined && statusCode < 500 && statusCode !== 408 && statusCode !== 420 && statusCode !== 429) return error;
  const [, header] = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === 'retry-after') ?? [];
  return isTransient(error) ? new Transient(error, retryAfter(header?.[0], now)) : error;
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
