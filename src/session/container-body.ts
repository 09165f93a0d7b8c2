import { LABEL } from '../domain/container-engine.ts';
import type { OpenLink, Service } from '../domain/container-engine.ts';
import type { PreparedServer } from '../domain/session-ports.ts';

/** How long a container may run at all CPUs before anybody lowers it. */
export const BOOST_MILLISECONDS = 30_000;

/** The recipe's create body with what only this container has. `boost`: all CPUs, because loading is what a client waits for. */
export function containerBody(server: PreparedServer, token: string, boost: boolean, link?: OpenLink): Record<string, unknown> {
  const { body } = server.recipe;
  return {
    ...body,
    Env: Object.entries(server.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...asObject(body['Labels']), [LABEL.token]: token },
    HostConfig: { ...asObject(body['HostConfig']), ...(boost ? { NanoCpus: 0 } : {}), ...(link === undefined ? {} : { Dns: [link.nameServer], DnsSearch: ['.'] }) },
  };
}

/** The same for a service: it stays at its limit, and has no owner in `run/`. */
export function serviceBody(server: PreparedServer, { name }: Service, link: OpenLink | undefined): Record<string, unknown> {
  const body = containerBody(server, '', false, link);
  return { ...body, Labels: { ...asObject(body['Labels']), [LABEL.service]: name } };
}

/** Podman 4.3 cannot change limits of a running container through this API: it starts at the limit. */
export function canBoost(server: PreparedServer): boolean {
  return server.recipe.engine.kind === 'docker' && server.recipe.nanoCpus > 0;
}

/**
 * Whether a client of stderr may come and go. Podman notices that one has left at the next thing that the server writes, and then
 * ends the server's input with it, in the middle of a session.
 */
export function canWatch(server: PreparedServer): boolean {
  return server.recipe.engine.kind === 'docker';
}

export function containerName(server: PreparedServer, token: string): string {
  return `cc-mcp-${server.recipe.server}-${token.slice(0, 12)}`;
}

/** The most processes that the body allows, for messages. */
export function pidsLimit(server: PreparedServer): number | undefined {
  const limit = asObject(server.recipe.body['HostConfig'])['PidsLimit'];
  return typeof limit === 'number' && limit > 0 ? limit : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
