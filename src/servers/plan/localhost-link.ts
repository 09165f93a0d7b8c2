import { DEFAULT_BASES } from '../../domain/base-images.ts';
import type { LocalhostLink } from '../../domain/container-engine.ts';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { localhostLink } from '../../domain/localhost-link.ts';
import { findBaseImage, rewriteImage } from '../install/base-image.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';

type LinkPorts = Pick<ServerPorts, 'configuration' | 'gatewayProgram' | 'progress' | 'clock'>;

/** The link that a plan needs, its image pulled where it is not there yet; undefined: the plan reaches no port of this machine. */
export async function linkWithImage(ports: LinkPorts, engine: ConnectedEngine, plan: EffectivePlan, owner: ContainerOwner, signal?: AbortSignal): Promise<LocalhostLink | undefined> {
  if (plan.network.kind !== 'localhost') return undefined;
  const { images } = await ports.configuration.read();
  await findBaseImage(ports, images.bases['node'] ?? DEFAULT_BASES.node, engine, images, signal);
  return linkOf(ports, engine, plan, owner);
}

/** The same where nothing may be pulled: `run` writes its recipe with it. Throws IMAGE_MISSING. */
export async function linkOf(ports: Pick<LinkPorts, 'configuration' | 'gatewayProgram'>, engine: Pick<ConnectedEngine, 'images'>, plan: EffectivePlan, owner: ContainerOwner): Promise<LocalhostLink | undefined> {
  if (plan.network.kind !== 'localhost') return undefined;
  const { images } = await ports.configuration.read();
  const reference = rewriteImage(images.bases['node'] ?? DEFAULT_BASES.node, images.rewrite);
  const image = await engine.images.inspectImage(reference);
  if (image === undefined) {
    throw new CcMcpError('IMAGE_MISSING', `The image of the gateway of ${owner.server} (${reference}) is not on this engine`, { suggestions: [`docker pull ${reference}`] });
  }
  return localhostLink({ ports: plan.network.ports, image: image.id, program: await ports.gatewayProgram(), owner });
}
