import type { NetworkSpec } from '../domain/container-engine.ts';
import type { EngineCaller } from './engine-caller.ts';
import { at, keysAt, listAt, textAt } from './json-fields.ts';

/** Podman's own API, in the oldest version of it that it must know. */
const OWN_API = '/v4.0.0/libpod';

/**
 * A network without a route and without an address of the host: Podman gives the host one, for its name server, unless the network
 * has none. Only its own API can say so.
 */
export async function createInternalNetwork(engine: EngineCaller, spec: NetworkSpec, signal: AbortSignal | undefined): Promise<void> {
  const body = JSON.stringify({ name: spec.name, driver: 'bridge', internal: true, dns_enabled: false, ipv6_enabled: false, labels: { ...spec.labels } });
  await engine.order({ action: `create network ${spec.name}` }, { method: 'POST', path: `${OWN_API}/networks/create`, body }, signal);
}

/** Of a container, what the Docker-compatible answer leaves out. */
export function inspectOwn(engine: EngineCaller, id: string, signal: AbortSignal | undefined): Promise<unknown> {
  return engine.ask({ action: `inspect container ${id}` }, { method: 'GET', path: `${OWN_API}/containers/${encodeURIComponent(id)}/json` }, signal, [404]);
}

/** Who runs in a network, as `name:address`: nobody else tells names in one without a name server. */
export async function peersIn(engine: EngineCaller, network: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const filters = encodeURIComponent(JSON.stringify({ network: [network] }));
  const answer = await engine.ask({ action: 'list containers' }, { method: 'GET', path: `/containers/json?filters=${filters}` }, signal);
  const peers = await Promise.all(listAt(answer).map((entry) => inspectOwn(engine, textAt(entry, 'Id'), signal)));
  return peers.flatMap((peer) => {
    const networks = at(peer, 'NetworkSettings', 'Networks');
    const address = keysAt(networks).includes(network) ? textAt(networks, network, 'IPAddress') : '';
    return address === '' ? [] : [`${textAt(peer, 'Name')}:${address}`];
  });
}
