import { createHash } from 'node:crypto';
import type { Labels } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { createBody } from './create-body.ts';
import { createNetwork, inspectNetwork } from './docker-networks.ts';
import type { EngineCaller } from './engine-caller.ts';

/**
 * 198.18.0.0/15, which belongs to nobody: 512 networks of 254. No host has an address in one of ours, so none is ever in a table of
 * routes; only the engine's own networks may not overlap.
 */
const SUBNETS = 512;
const SUBNET_TRIES = 64;
/** The engine hands addresses out from below. */
const GATEWAY_AT = 254;

/** A network of ours without a route and without the host, made when it is missing. Gives its subnet. */
export async function ensureHostless(engine: EngineCaller, { name, labels }: { readonly name: string; readonly labels: Labels }, signal: AbortSignal | undefined): Promise<string> {
  const there = (await inspectNetwork(engine, name, signal))?.subnets[0];
  if (there !== undefined) return there;
  const first = createHash('sha256').update(name).digest().readUInt16BE() % SUBNETS;
  for (let tried = 0; ; tried += 1) {
    const place = (first + tried) % SUBNETS;
    const subnet = `198.${18 + (place >> 8)}.${place & 255}.0/24`;
    try {
      await createNetwork(engine, { name, labels, internal: true, subnet }, signal);
      return subnet;
    } catch (error) {
      // Another network has that range.
      if (!isConflict(error) || tried === SUBNET_TRIES) throw error;
    }
  }
}

/** Where our gateway stands in such a network. */
export function gatewayAddress(subnet: string): string {
  return subnet.replace(/\d+\/24$/, String(GATEWAY_AT));
}

/** Always the same one: whoever is on the network goes on asking it for names when it has come back. */
export function atAddress(body: ReturnType<typeof createBody>, network: string, address: string): Readonly<Record<string, unknown>> {
  const endpoint = body.NetworkingConfig?.EndpointsConfig[network];
  return { ...body, NetworkingConfig: { EndpointsConfig: { [network]: { ...endpoint, IPAMConfig: { IPv4Address: address } } } } };
}

function isConflict(error: unknown): boolean {
  return error instanceof CcMcpError && error.code === 'CONFLICT';
}
