import { GATEWAY_HOST } from '../../domain/localhost-values.ts';
import type { Diagnosis, GivenSettings } from './evidence.ts';

const HOST = String.raw`['"\`]?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?)`;
const NAMED: readonly RegExp[] = [
  new RegExp(String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN|EAI_FAIL) ${HOST}`),
  new RegExp(String.raw`connect (?:ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EADDRNOTAVAIL) ${HOST}`),
  new RegExp(String.raw`Failed to resolve ${HOST}`),
  new RegExp(String.raw`HTTPS?ConnectionPool\(host=${HOST}`),
  new RegExp(String.raw`could not translate host name ${HOST}`),
  new RegExp(String.raw`failed to resolve host ${HOST}`),
  new RegExp(String.raw`connection to server at ${HOST}`),
  new RegExp(String.raw`Cannot connect to host ${HOST}`),
  new RegExp(String.raw`dial tcp:? (?:lookup )?${HOST}(?: on |: )`),
  new RegExp(String.raw`Could not resolve host:? ${HOST}`),
  new RegExp(String.raw`Can't connect to MySQL server on ${HOST}`),
  new RegExp(String.raw`Error \d+ connecting to ${HOST}`),
  new RegExp(String.raw`unable to connect to ${HOST}`, 'i'),
];
/** Failures that name no host; one may stand in a URL beside them. */
const UNNAMED = /Temporary failure in name resolution|Name or service not known|Network is unreachable|All connection attempts failed|No address associated with hostname|fetch failed|ENETUNREACH|network error/i;
const URL_HOST = /\b(?:https?|wss?|postgres(?:ql)?|mysql|redis|mongodb(?:\+srv)?|amqp):\/\/(?:[^\s/@]*@)?([A-Za-z0-9.-]+(?::\d{1,5})?)/;
const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1)(?::\d+)?$/;

/** The host that a server says it cannot reach, and what would let it. */
export function wantedHost(stderr: string, settings: GivenSettings): Diagnosis | undefined {
  // Loggers for terminals wrap their lines.
  const text = stderr.replaceAll(/\s+/g, ' ');
  const host = NAMED.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined) ?? (UNNAMED.test(text) ? URL_HOST.exec(text)?.[1] : undefined);
  if (host === undefined && !UNNAMED.test(text)) return undefined;
  const reason = host === undefined ? 'it wants to reach a host' : `it wants to reach ${host}`;
  const port = host === undefined ? undefined : /:(\d+)$/.exec(host)?.[1];
  if (host?.startsWith(GATEWAY_HOST) === true) {
    return { reason: `it wants to reach localhost${port === undefined ? '' : `:${port}`} of this machine, where nothing answers`, suggestions: ['Start the service, and look whether it listens on 127.0.0.1 and this port'] };
  }
  if (host !== undefined && LOCAL.test(host)) {
    return {
      reason: `${reason}, which inside its container is the container itself`,
      suggestions: [`Grant a port of this machine: --allow-net=localhost:${port ?? 'PORT'}`, 'Name a service in a container by its name, and join its network with --network NAME'],
    };
  }
  if (settings.network) return { reason: `${reason}, and cannot`, suggestions: ['Look whether that name is right and answers from the network that the server was given'] };
  return { reason: `${reason}, and has no network`, suggestions: ['Grant it with --allow-net, or with --network NAME for a network of your engine'] };
}
