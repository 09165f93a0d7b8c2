import { CcMcpError } from '../domain/errors.ts';
import type { ContainerId, SessionEngine } from '../domain/container-engine.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';

/**
 * A folder may be swapped for a symlink between our check and the engine's mount. What was mounted is compared with what was checked;
 * where the engine runs in a virtual machine, its processes are not to be seen, and only the check before remains.
 */
export async function checkMounts(server: PreparedServer, id: ContainerId, engine: SessionEngine, ports: StandbyPorts): Promise<void> {
  const planned = server.recipe.mounts.filter(({ inode }) => inode !== undefined);
  if (planned.length === 0) return;
  const state = await engine.state(id);
  if (state?.status !== 'running') return;
  for (const { mount, device, inode } of planned) {
    const mounted = ports.mountedAt(state.pid, mount.target);
    if (mounted === undefined || (mounted.device === device && mounted.inode === inode)) continue;
    throw new CcMcpError('REFUSED', `${mount.target} was replaced while ${server.recipe.server} was starting: what was mounted is not what was checked`, {
      suggestions: [`Look at who can write beside ${mount.target}, then start again`],
    });
  }
}
