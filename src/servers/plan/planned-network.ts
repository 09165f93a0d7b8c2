import type { EngineAddress, EngineInfo } from '../../domain/container-engine.ts';
import type { PlannedNetwork } from '../../domain/effective-plan.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { localhostPorts } from '../../domain/localhost-grant.ts';
import type { DockerServer } from '../../domain/manifest.ts';

/** What a server may reach, on this engine. Throws UNSUPPORTED. */
export function plannedNetwork(server: Pick<DockerServer, 'network' | 'permissions'>, engine: { readonly info: EngineInfo; readonly address: EngineAddress }): PlannedNetwork {
  if (server.network !== undefined) return { kind: 'named', name: server.network };
  const { net } = server.permissions;
  if (net === true) return { kind: 'bridge' };
  if (net === false || net.length === 0) return { kind: 'none' };
  const ports = localhostPorts(net);
  const reason = elsewhere(engine);
  if (reason === undefined) return { kind: 'localhost', ports };
  throw new CcMcpError('UNSUPPORTED', `--allow-net=${net.join(',')} needs Docker on this machine itself: ${reason}`, {
    suggestions: ['Name the service host.docker.internal in the configuration, and grant --allow-net', '--network NAME, where the service runs in a container'],
  });
}

/** Why the loopback of the engine's host is not the user's, or a container cannot be put there. */
function elsewhere({ info, address }: { readonly info: EngineInfo; readonly address: EngineAddress }): string | undefined {
  if (address.kind !== 'unix') return 'this engine is on another machine';
  if (info.virtualMachine) return 'this engine runs in a virtual machine, whose localhost is another one';
  if (info.kind !== 'docker') return 'with this engine a network without a route still reaches the host';
  if (info.rootless) return 'a rootless engine has a localhost of its own';
  return info.usernsRemap ? 'an engine with userns-remap lets no container into the host\'s network' : undefined;
}
