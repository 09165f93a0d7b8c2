import { CcMcpError } from './errors.ts';
import { GATEWAY_HOST } from './localhost-values.ts';
import { sanitizeLine } from './sanitize.ts';

/** `localhost:5432` → 5432: one port of this machine's loopback. Undefined: some other host. */
export function localhostPort(host: string): number | undefined {
  const text = /^localhost:([1-9]\d{0,4})$/i.exec(host)?.[1];
  const port = Number(text);
  return text !== undefined && port <= 65_535 ? port : undefined;
}

/** The ports of a list in which nothing else may stand yet, each once, in order. Throws UNSUPPORTED. */
export function localhostPorts(hosts: readonly string[]): readonly number[] {
  const ports = hosts.map((host) => localhostPort(host));
  if (ports.every((port) => port !== undefined)) return [...new Set(ports)].sort((a, b) => a - b);
  const others = hosts.filter((host) => localhostPort(host) === undefined).map((host) => sanitizeLine(host, 80));
  throw new CcMcpError('UNSUPPORTED', `"permissions.net" lists hosts (${others.join(', ')}); of hosts this version knows only localhost:PORT`, {
    suggestions: ['Use --allow-net=localhost:PORT for a service on this machine, --allow-net for all of the network, or --network NAME for one engine network'],
  });
}

/** The same ports as they stand in a manifest. */
export function localhostHosts(ports: readonly number[]): readonly string[] {
  return ports.map((port) => `localhost:${port}`);
}

/** What is granted, for people. */
export function localhostText(ports: readonly number[]): string {
  return `${localhostHosts(ports).join(', ')} of this machine, which its values name ${GATEWAY_HOST} when it starts`;
}
