import type { LockEntry } from '../domain/lock.ts';
import type { DockerServer } from '../domain/manifest.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { serviceUrl } from '../domain/service.ts';
import type { ServerKey, ServerState } from '../domain/stores.ts';
import { serviceAddress } from './plan/service-recipe.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { serviceContainer } from './service-container.ts';
import { serviceLogs } from './service-logs.ts';

export interface ServiceCondition {
  /** Where it answers on this machine. */
  readonly url: string;
  /** Why it does not answer there, with what to type; undefined: it does, or need not. */
  readonly problem?: string;
  /** It has ended, and nobody starts it again by itself. */
  readonly isOver?: boolean;
}

/** Where a service answers, and whether it does. Undefined: the server is none. `runs`: its container does. */
export async function serviceCondition(ports: ServerPorts, engine: ConnectedEngine, key: ServerKey, { service }: DockerServer, entry: LockEntry | undefined, state: ServerState | undefined, runs: boolean, signal?: AbortSignal): Promise<ServiceCondition | undefined> {
  if (service === undefined || entry === undefined || state?.servicePort === undefined) return undefined;
  const { server: name } = key;
  const { path } = serviceAddress(service, entry, name);
  const url = serviceUrl({ outerPort: state.servicePort, path });
  if (!state.enabled) return { url };
  if (!runs) return { url, ...(await howItEnded(ports, engine, key, signal)) };
  const { serviceToken: token } = await ports.secrets.read(key);
  const there = token === undefined ? 'nobody' : await ports.doors.state({ port: state.servicePort, path, transport: service.transport, token });
  return there === 'server' ? { url } : { url, problem: `its container runs, but ${there === 'front' ? 'nothing listens in it' : 'its front does not answer'}: cc-mcp restart ${name}` };
}

/** A container that is still there was not taken away by `stop`: it was given up, or ended by the engine's own means. */
async function howItEnded(ports: ServerPorts, engine: ConnectedEngine, key: ServerKey, signal?: AbortSignal): Promise<Omit<ServiceCondition, 'url'>> {
  const container = await serviceContainer(ports, engine.containers, key, signal);
  const state = container === undefined ? undefined : (await engine.containers.inspect(container.id, signal))?.state;
  if (state?.status !== 'exited') return { problem: `its service does not run: cc-mcp start ${key.server}` };
  const words = (await (await serviceLogs(ports, key)).read('')).map(({ text }) => sanitizeLine(text, 200).trim()).findLast((text) => text !== '');
  const why = state.oomKilled ? 'it ran out of memory' : `exit code ${state.exitCode}`;
  return { problem: `it ended and is not started again (${why}${words === undefined ? '' : `; last words: ${words}`}): cc-mcp logs ${key.server}, then cc-mcp start ${key.server}`, isOver: true };
}
