import type { Service, ServiceEngine, SessionEngine } from '../domain/container-engine.ts';
import { LABEL } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createBody } from './create-body.ts';
import { connectNetwork, createNetwork, inspectNetwork, removeNetwork } from './docker-networks.ts';
import type { EngineCaller } from './engine-caller.ts';
import { ensureHostless, gatewayAddress } from './hostless-network.ts';

type Containers = Omit<SessionEngine, keyof ServiceEngine>;
type Body = Readonly<Record<string, unknown>>;

/** Its network, then both its containers at once: neither needs the other to start. */
export async function openService(engine: EngineCaller, containers: Containers, service: Service, body: Body, signal: AbortSignal | undefined): Promise<void> {
  const network = await ensureNetwork(engine, service, signal);
  try {
    await Promise.all([startServer(containers, service, body, network, signal), startFront(engine, containers, service, network, signal)]);
  } catch (error) {
    await closeService(engine, containers, service.name, undefined);
    throw error;
  }
}

export async function closeService(engine: EngineCaller, containers: Containers, name: string, signal: AbortSignal | undefined): Promise<void> {
  const ours = await containers.list({ [LABEL.service]: name }, signal);
  await Promise.all(ours.map(({ id }) => containers.remove(id, signal)));
  // Of a service on a network of the user's there is none of this name.
  await removeNetwork(engine, name, signal);
}

interface JoinedNetwork {
  readonly name: string;
  /** Of one without names: the front's, which knows none. */
  readonly front?: string;
}

async function ensureNetwork(engine: EngineCaller, { name, labels, network }: Service, signal: AbortSignal | undefined): Promise<JoinedNetwork> {
  if (network.kind === 'named') return { name: network.name };
  if (network.isolated) return { name, front: gatewayAddress(await ensureHostless(engine, { name, labels }, signal)) };
  if ((await inspectNetwork(engine, name, signal)) === undefined) await createNetwork(engine, { name, labels, internal: false }, signal);
  return { name };
}

async function startServer(containers: Containers, { name, alias }: Service, body: Body, network: JoinedNetwork, signal: AbortSignal | undefined): Promise<void> {
  const names = network.front === undefined ? {} : { Dns: [network.front] };
  const id = await containers.create(name, {
    ...body,
    HostConfig: { ...recordOf(body['HostConfig']), NetworkMode: network.name, ...names },
    NetworkingConfig: { EndpointsConfig: { [network.name]: { Aliases: [alias] } } },
  }, signal);
  await containers.start(id, signal);
}

async function startFront(engine: EngineCaller, containers: Containers, { front }: Service, network: JoinedNetwork, signal: AbortSignal | undefined): Promise<void> {
  const id = await containers.create(front.name, createBody(front), signal);
  await connectNetwork(engine, network.name, id, signal, network.front);
  try {
    await containers.start(id, signal);
  } catch (error) {
    throw isTaken(error) && front.publish !== undefined ? portTaken(front.publish.outerPort, error) : error;
  }
}

/** In the engine's words, which are all that it says. */
function isTaken(error: unknown): error is CcMcpError {
  return error instanceof CcMcpError && /port is already allocated|address already in use/i.test(error.message);
}

function portTaken(port: number, cause: CcMcpError): CcMcpError {
  return new CcMcpError('CONFLICT', `Port ${port} of 127.0.0.1, which is this service's own, is used by another program`, { suggestions: [`End what listens there (ss -tlnp 'sport = :${port}'), then try again`], details: { port }, cause });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
