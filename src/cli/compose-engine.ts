import { DockerMCPManager } from '../docker/docker-mcp-manager.ts';
import { tryEngines } from '../docker/discover-engine.ts';
import type { Discovery } from '../docker/discover-engine.ts';
import { registryCredentials } from '../docker/registry-credentials.ts';
import type { DiscoveryAttempt, EngineAddress } from '../domain/container-engine.ts';
import type { ConfigurationStore } from '../domain/stores.ts';
import type { ConnectedEngine, EngineAccess } from '../servers/ports.ts';

export interface EngineAccessOptions {
  /** `--engine`. */
  readonly asked: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly uid: number;
  readonly platform: 'linux' | 'darwin';
  readonly configuration: ConfigurationStore;
}

/** Finds the engine once in a process, and every further one by its address. */
export function engineAccess(options: EngineAccessOptions): EngineAccess {
  let discovery: Promise<Discovery> | undefined;
  const connections = new Map<string, Promise<ConnectedEngine>>();
  const discover = (): Promise<Discovery> => (discovery ??= discoverFor(options));
  const open = (address: EngineAddress, attempts: readonly DiscoveryAttempt[]): Promise<ConnectedEngine> => {
    const key = JSON.stringify(address);
    const known = connections.get(key) ?? connectTo(address, attempts, options);
    connections.set(key, known);
    return known;
  };
  return {
    async connect() {
      const found = await discover();
      if ('failure' in found) throw found.failure;
      return open(found.address, found.attempts);
    },
    attempts: async () => (await discover()).attempts,
    connectTo: (address) => open(address, []),
  };
}

async function discoverFor({ asked, configuration, environment, platform, uid, homeFolder }: EngineAccessOptions): Promise<Discovery> {
  const { engine } = await configuration.read();
  return tryEngines({ option: asked, configured: engine, environment, platform, uid, homeFolder });
}

async function connectTo(address: EngineAddress, attempts: readonly DiscoveryAttempt[], { environment, platform, homeFolder }: EngineAccessOptions): Promise<ConnectedEngine> {
  // As docker itself reads it.
  const builder = environment['DOCKER_BUILDKIT'] === '0' ? { builder: 'classic' as const } : {};
  const manager = new DockerMCPManager(address, { platform, ...builder, credentials: (image) => registryCredentials(image, { environment, homeFolder }) });
  return { address, attempts, info: await manager.info(), containers: manager, images: manager };
}
