import { DEFAULT_BASES } from '../../domain/base-images.ts';
import type { ImageId } from '../../domain/container-engine.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { findBaseImage, rewriteImage } from '../install/base-image.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';

export type GatewayImagePorts = Pick<ServerPorts, 'configuration' | 'progress' | 'clock'>;

/** What our gateway program runs in, pulled where it is not there yet. */
export async function pullGatewayImage(ports: GatewayImagePorts, engine: ConnectedEngine, server: string, signal?: AbortSignal): Promise<ImageId> {
  const { images } = await ports.configuration.read();
  await findBaseImage(ports, images.bases['node'] ?? DEFAULT_BASES.node, engine, images, signal);
  return gatewayImage(ports, engine, server);
}

/** The same where nothing may be pulled: `run` writes its recipe with it. Throws IMAGE_MISSING. */
export async function gatewayImage(ports: Pick<GatewayImagePorts, 'configuration'>, engine: Pick<ConnectedEngine, 'images'>, server: string): Promise<ImageId> {
  const { images } = await ports.configuration.read();
  const reference = rewriteImage(images.bases['node'] ?? DEFAULT_BASES.node, images.rewrite);
  const image = await engine.images.inspectImage(reference);
  if (image !== undefined) return image.id;
  throw new CcMcpError('IMAGE_MISSING', `The image of the gateway of ${server} (${reference}) is not on this engine`, { suggestions: [`docker pull ${reference}`] });
}
