import { type ContainerSummary, type EngineAddress, LABEL } from '../domain/container-engine.ts';
import { linkOfLabels } from '../domain/container-labels.ts';
import type { OwnedRole } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { linkLock } from './hold-link.ts';
import { serverKeyOf } from './settings-hash.ts';

const ROLES = ['session', 'loading', 'removing'] as const satisfies readonly OwnedRole[];

/** Takes away the localhost links of this home on one engine that neither a standby nor a session is on. Gives how many. */
export async function releaseLinks(home: string, address: EngineAddress, ports: StandbyPorts): Promise<number> {
  const engine = ports.openEngine(address);
  const containers = await engine.list({ [LABEL.home]: home });
  const links = new Map(containers.flatMap((container) => {
    const link = linkOfLabels(container.labels);
    // That of an operation has its token, and goes with it.
    return link !== undefined && container.labels[LABEL.token] === '' ? [[link, container] as const] : [];
  }));
  let released = 0;
  for (const [name, container] of links) {
    if (isNeeded(name, container, ports)) continue;
    // Somebody who has it is about to use the link, or takes it away.
    using lock = ports.run.tryLock(linkLock(name));
    if (lock === undefined || isNeeded(name, container, ports)) continue;
    if ((await engine.closeLink(name)) === 'closed') released += 1;
  }
  return released;
}

/** Some token's container is on its network, or will be; one that cannot be read may be. */
function isNeeded(name: string, { labels }: ContainerSummary, { run }: StandbyPorts): boolean {
  const key = serverKeyOf({ home: labels[LABEL.home] ?? '', manifestId: labels[LABEL.manifest] ?? '', server: labels[LABEL.server] ?? '' });
  const records = [...run.ready(key).map((token) => run.readReady(token)), ...ROLES.flatMap((role) => run.owned(role, key)).map((token) => run.readOwned(token))];
  return records.some((record) => record === undefined || record.link === name);
}
