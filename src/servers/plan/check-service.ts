import type { EngineAddress, EngineInfo } from '../../domain/container-engine.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import { projectGrants } from '../../domain/project-grant.ts';

/** Throws UNSUPPORTED for a service that cannot be one here. */
export function checkService({ service, permissions }: Pick<DockerServer, 'service' | 'permissions'>, { info, address }: { readonly info: EngineInfo; readonly address: EngineAddress }): void {
  if (service === undefined) return;
  const suggestions = ['Where it also speaks over stdio: leave --transport out'];
  if (address.kind !== 'unix') throw new CcMcpError('UNSUPPORTED', '--transport needs an engine on this machine: its services listen on a port of 127.0.0.1', { suggestions });
  if (info.kind !== 'docker') throw new CcMcpError('UNSUPPORTED', '--transport needs Docker: with this engine a network without a route still reaches the host', { suggestions });
  if (projectGrants(permissions).length > 0) throw new CcMcpError('UNSUPPORTED', 'A service is one for all clients, and @project is another folder for each', { suggestions: ['Grant the folder by its path'] });
}
