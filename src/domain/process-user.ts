import type { EngineInfo } from './container-engine.ts';
import { CcMcpError } from './errors.ts';
import type { HostFacts, PathFacts } from './host.ts';

/** Who a server is when no path is granted. */
const NOBODY = '10001:10001';

/**
 * Who the process is (design 5): what it writes must belong to whom the folder belongs to, and it is never root outside.
 * `grants` are the granted paths as found on this machine.
 */
export function processUser(engine: EngineInfo, host: HostFacts, grants: readonly { readonly path: string; readonly facts: PathFacts }[]): string {
  if (grants.length === 0) return NOBODY;
  if (engine.usernsRemap) {
    throw new CcMcpError('REFUSED', 'This engine maps user ids (userns-remap), so a granted path would belong to nobody inside', {
      suggestions: ['Install on an engine without userns-remap, or without --allow-read and --allow-write'],
    });
  }
  if (engine.rootless) return engine.kind === 'docker' ? '0:0' : `${host.uid}:${host.gid}`;
  if (engine.virtualMachine || host.uid !== 0) return `${host.uid}:${host.gid}`;
  return ownerOf(grants);
}

/** Invoked by root: the folder's owner, never root itself. */
function ownerOf(grants: readonly { readonly path: string; readonly facts: PathFacts }[]): string {
  const owners = grants.filter(({ facts }) => facts.uid !== 0);
  const [first, ...others] = owners;
  if (first === undefined) return NOBODY;
  const second = others.find(({ facts }) => facts.uid !== first.facts.uid);
  if (second !== undefined) {
    throw new CcMcpError('REFUSED', `${first.path} belongs to uid ${first.facts.uid} and ${second.path} to uid ${second.facts.uid}: one server cannot be both`, {
      suggestions: ['Grant folders of one owner'],
    });
  }
  // A folder of a user with group root must not give the server group root.
  return `${first.facts.uid}:${first.facts.gid === 0 ? first.facts.uid : first.facts.gid}`;
}

/** Says before anything is created that the mode bits forbid what was granted. */
export function checkAccess(user: string, path: string, facts: PathFacts, wanted: 'read' | 'write'): void {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  // In a rootless engine uid 0 inside is the user outside, whose own rights the engine checks.
  if (uid === 0) return;
  const shift = facts.uid === uid ? 6 : facts.gid === gid ? 3 : 0;
  const bits = (facts.mode >> shift) & 7;
  const needed = (wanted === 'write' ? 2 : 0) | 4 | (facts.isDirectory ? 1 : 0);
  if ((bits & needed) === needed) return;
  throw new CcMcpError('REFUSED', `${path} cannot be ${wanted === 'write' ? 'written' : 'read'} by the server (uid ${uid}): its mode is ${(facts.mode & 0o777).toString(8)}, its owner uid ${facts.uid}`, {
    suggestions: [`chown ${uid}:${gid} ${path}   or widen its mode, then try again`],
  });
}
