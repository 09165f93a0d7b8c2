import type { Labels, NetworkDetails, NetworkSpec } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { labelFilter } from './container-state.ts';
import type { EngineCaller } from './engine-caller.ts';
import { flagAt, keysAt, listAt, recordAt, textAt } from './json-fields.ts';

/** Takes the host's address out of a network: `Internal` alone lets a container reach services of the host. */
const NO_HOST_ADDRESS = 'com.docker.network.bridge.inhibit_ipv4';

/** As Podman says it. */
const NO_GATEWAY = '<nil>';

export async function createNetwork(engine: EngineCaller, spec: NetworkSpec, signal: AbortSignal | undefined): Promise<void> {
  const body = {
    Name: spec.name,
    // Without it an older engine makes a second one of the same name.
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: spec.internal,
    EnableIPv6: false,
    Options: spec.internal ? { [NO_HOST_ADDRESS]: 'true' } : {},
    Labels: { ...spec.labels },
    ...(spec.subnet === undefined ? {} : { IPAM: { Driver: 'default', Config: [{ Subnet: spec.subnet }] } }),
  };
  try {
    await engine.order({ action: `create network ${spec.name}` }, { method: 'POST', path: '/networks/create', body: JSON.stringify(body) }, signal);
  } catch (error) {
    // Podman answers 500 to a name that is taken.
    if (!(error instanceof CcMcpError) || error.code !== 'ENGINE_FAILED' || (await inspectNetwork(engine, spec.name, signal)) === undefined) throw error;
    throw new CcMcpError('CONFLICT', error.message, { cause: error });
  }
}

/** By its name, not by an id that begins like it. */
export async function inspectNetwork(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<NetworkDetails | undefined> {
  const answer = await engine.ask({ action: `inspect network ${name}` }, { method: 'GET', path: pathOf(name) }, signal, [404]);
  return answer === undefined || textAt(answer, 'Name') !== name ? undefined : details(answer);
}

export async function listNetworks(engine: EngineCaller, labels: Labels, signal: AbortSignal | undefined): Promise<readonly NetworkDetails[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: labelFilter(labels) }));
  return listAt(await engine.ask({ action: 'list networks' }, { method: 'GET', path: `/networks?filters=${filters}` }, signal)).map(details);
}

/** Gone already is success; one in use is CONFLICT. */
export async function removeNetwork(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await engine.order({ action: `remove network ${name}` }, { method: 'DELETE', path: pathOf(name) }, signal, [404]);
  } catch (error) {
    // Podman answers 500 to one in use.
    if (!(error instanceof CcMcpError) || error.code !== 'ENGINE_FAILED' || !(await hasContainers(engine, name, signal))) throw error;
    throw new CcMcpError('CONFLICT', error.message, { cause: error });
  }
}

/** Puts a container on one network more, at an address of it where one is given. */
export async function connectNetwork(engine: EngineCaller, name: string, container: string, signal: AbortSignal | undefined, address?: string): Promise<void> {
  const body = { Container: container, ...(address === undefined ? {} : { EndpointConfig: { IPAMConfig: { IPv4Address: address } } }) };
  await engine.order({ action: `put a container on network ${name}` }, { method: 'POST', path: `${pathOf(name)}/connect`, body: JSON.stringify(body) }, signal);
}

async function hasContainers(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  return keysAt(await engine.ask({ action: `inspect network ${name}` }, { method: 'GET', path: pathOf(name) }, signal, [404]), 'Containers').length > 0;
}

function pathOf(name: string): string {
  return `/networks/${encodeURIComponent(name)}`;
}

function details(answer: unknown): NetworkDetails {
  const hostless = recordAt(answer, 'Options')[NO_HOST_ADDRESS] === 'true';
  return {
    name: textAt(answer, 'Name'),
    id: textAt(answer, 'Id'),
    internal: flagAt(answer, 'Internal'),
    labels: recordAt(answer, 'Labels'),
    // The engine names an address there that it then does not give to anybody.
    subnets: listAt(answer, 'IPAM', 'Config').map((config) => textAt(config, 'Subnet')).filter((subnet) => subnet !== ''),
    gateways: hostless ? [] : listAt(answer, 'IPAM', 'Config').map((config) => textAt(config, 'Gateway')).filter((gateway) => gateway !== '' && gateway !== NO_GATEWAY),
  };
}
