import type { ProcessTable } from '../domain/run-directory.ts';
import { createProcessTable } from './process-identity.ts';

/** The processes of this machine, seen from this process. On Linux nothing but files is touched. */
export function systemProcesses(self: NodeJS.Process): ProcessTable {
  return createProcessTable({
    pid: self.pid,
    platform: self.platform,
    probe: (pid) => void self.kill(pid, 0),
    output(program, argv) {
      // Not imported at the top: on Linux `run` would load it for nothing on its way to the first byte.
      const { spawnSync } = self.getBuiltinModule('node:child_process');
      // Times in the same words and zone whatever the user's are, and whenever they change.
      const { status, stdout } = spawnSync(program, [...argv], { encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC' }, timeout: 2000 });
      return status === 0 ? stdout : undefined;
    },
  });
}
