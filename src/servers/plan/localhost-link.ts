import type { LocalhostLink } from '../../domain/container-engine.ts';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import { localhostLink } from '../../domain/localhost-link.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';
import { gatewayImage, pullGatewayImage } from './gateway-image.ts';

type LinkPorts = Pick<ServerPorts, 'configuration' | 'gatewayProgram' | 'progress' | 'clock'>;

/** The link that a plan needs, its image pulled where it is not there yet; undefined: the plan reaches no port of this machine. */
export async function linkWithImage(ports: LinkPorts, engine: ConnectedEngine, plan: EffectivePlan, owner: ContainerOwner, signal?: AbortSignal): Promise<LocalhostLink | undefined> {
  if (plan.network.kind !== 'localhost') return undefined;
  await pullGatewayImage(ports, engine, owner.server, signal);
  return linkOf(ports, engine, plan, owner);
}

/** The same where nothing may be pulled: `run` writes its recipe with it. Throws IMAGE_MISSING. */
export async function linkOf(ports: Pick<LinkPorts, 'configuration' | 'gatewayProgram'>, engine: Pick<ConnectedEngine, 'images'>, plan: EffectivePlan, owner: ContainerOwner): Promise<LocalhostLink | undefined> {
  if (plan.network.kind !== 'localhost') return undefined;
  return localhostLink({ ports: plan.network.ports, image: await gatewayImage(ports, engine, owner.server), program: await ports.gatewayProgram(), owner });
}
