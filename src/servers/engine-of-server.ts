import { CcMcpError } from '../domain/errors.ts';
import type { ServerState } from '../domain/stores.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';

/** The engine that a server was installed on: another context or DOCKER_HOST is a warning, never a switch. */
export async function engineOfServer(ports: Pick<ServerPorts, 'engine' | 'progress'>, name: string, state: ServerState, signal?: AbortSignal): Promise<ConnectedEngine> {
  const engine = await ports.engine.connectTo(state.engine.address, signal);
  // The same socket may be another engine today (a new VM, a reset): its images are not those that were proven.
  if (engine.info.id !== state.engine.id && (await engine.images.inspectImage(state.imageId, signal)) === undefined) {
    throw new CcMcpError('IMAGE_MISSING', `${name} was installed on another engine, and its image is not on this one`, { suggestions: [`cc-mcp uninstall ${name}, then install it again`] });
  }
  return engine;
}
