import { CcMcpError } from '../domain/errors.ts';
import type { ConnectedEngine } from './ports.ts';

/** A network to join must be there already: cc-mcp does not make one under a name that the user means. */
export async function checkNetwork(engine: ConnectedEngine, name: string | undefined, signal?: AbortSignal): Promise<void> {
  if (name === undefined || (await engine.containers.inspectNetwork(name, signal)) !== undefined) return;
  throw new CcMcpError('INVALID_VALUE', `There is no network named ${name} on this engine`, { suggestions: ['docker network ls', `docker network create --internal ${name}`] });
}
