import type { LocalhostLink } from '../../domain/container-engine.ts';
import type { EffectivePlan, ServiceRecipe } from '../../domain/effective-plan.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { sha256 } from '../../domain/fingerprint.ts';
import type { LockEntry } from '../../domain/lock.ts';
import { USUAL_PATHS } from '../../domain/service.ts';
import type { ServiceAddress, WantedService } from '../../domain/service.ts';
import type { ServerKey } from '../../domain/stores.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';
import { gatewayImage } from './gateway-image.ts';

export interface ServiceFacts {
  readonly key: ServerKey;
  readonly plan: EffectivePlan;
  readonly entry: LockEntry;
  readonly link: LocalhostLink | undefined;
  readonly isKept: boolean;
}

/** What a service needs beside its container; its port and its token are made at the first time and stay. Undefined: it is none. */
export async function serviceRecipe(ports: ServerPorts, engine: Pick<ConnectedEngine, 'images'>, { key, plan, entry, link, isKept }: ServiceFacts): Promise<ServiceRecipe | undefined> {
  if (plan.service === undefined) return undefined;
  const address = serviceAddress(plan.service, entry, key.server);
  await ports.secrets.serviceToken(key, () => `cc-mcp-${ports.newToken()}${ports.newToken()}`);
  return { ...address, outerPort: await servicePort(ports, key), image: await gatewayImage(ports, engine, key.server), program: await ports.gatewayProgram(), network: networkOf(plan, link), isKept };
}

/** What the manifest says, else what the gate found. */
export function serviceAddress({ transport, port, path }: WantedService, { proven: { service: found } }: Pick<LockEntry, 'proven'>, name: string): ServiceAddress {
  const known = found?.transport === transport ? found : undefined;
  const inner = port ?? known?.port;
  if (inner === undefined) throw new CcMcpError('VALUE_MISSING', `Nobody knows on which port ${name} listens`, { suggestions: [`cc-mcp install ${name} --transport ${transport} --port PORT`, `cc-mcp test ${name}`] });
  return { transport, port: inner, path: path ?? known?.path ?? USUAL_PATHS[transport][0] };
}

async function servicePort(ports: ServerPorts, key: ServerKey): Promise<number> {
  const state = await ports.state.readServer(key);
  if (state === undefined) throw new CcMcpError('LOCK_INVALID', `${key.server} was never installed on this machine`, { suggestions: ['cc-mcp install   builds what the lock says'] });
  if (state.servicePort !== undefined) return state.servicePort;
  const taken = new Set((await ports.state.servers()).flatMap(({ state: { servicePort: port } }) => port ?? []));
  const wish = Number.parseInt(sha256(`${await ports.state.homeId()}\0${key.manifestId}\0${key.server}`).slice(0, 8), 16);
  const port = await ports.freePort(wish, taken);
  await ports.state.writeServer(key, { ...state, servicePort: port });
  return port;
}

function networkOf({ network }: EffectivePlan, link: LocalhostLink | undefined): ServiceRecipe['network'] {
  switch (network.kind) {
    case 'none':
      return { kind: 'own', isolated: true };
    case 'bridge':
      return { kind: 'own', isolated: false };
    case 'named':
      return network;
    case 'localhost':
      return { kind: 'named', name: link?.name ?? '' };
    default:
      return network satisfies never;
  }
}
