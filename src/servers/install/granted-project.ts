import type { DockerServer } from '../../domain/manifest.ts';
import { isProjectGrant, projectGrants, projectRight } from '../../domain/project-grant.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import type { ServerKey } from '../../domain/stores.ts';
import { covers, openProject } from '../open-project.ts';
import type { ServerPorts } from '../ports.ts';

/** The project that is open where a server with `@project` is installed: it is proven with it, and agreed to for it. */
export async function grantedProject(ports: Pick<ServerPorts, 'openedProject' | 'hostFiles' | 'host'>, name: string, { permissions }: DockerServer): Promise<OpenedProject | undefined> {
  return projectGrants(permissions).length === 0 ? undefined : openProject(ports, name);
}

/** The same of an installed server, whose opened project nobody asks about now: one that was agreed to, this one rather than another. */
export async function agreedProject(ports: Pick<ServerPorts, 'openedProject' | 'hostFiles' | 'host' | 'approvals'>, key: ServerKey, { permissions }: DockerServer): Promise<OpenedProject | undefined> {
  const grants = projectGrants(permissions);
  if (grants.length === 0) return undefined;
  const agreed = Object.entries(await ports.approvals.projects(key)).flatMap(([real, right]) => (covers(right, projectRight(grants)) ? [real] : []));
  const open = ports.openedProject();
  const facts = open === undefined ? undefined : await ports.hostFiles.inspect(open);
  if (open !== undefined && facts !== undefined && agreed.includes(facts.realPath)) return { folder: open, real: facts.realPath };
  for (const real of agreed) if ((await ports.hostFiles.inspect(real))?.realPath === real) return { folder: real, real };
  return undefined;
}

export async function allowProject({ approvals }: Pick<ServerPorts, 'approvals'>, key: ServerKey, { permissions }: DockerServer, project: OpenedProject | undefined): Promise<void> {
  if (project !== undefined) await approvals.allowProject(key, project.real, projectRight(projectGrants(permissions)));
}

/** As a plan shows grants: with the folder that `@project` is now. */
export function shownGrants(list: readonly string[], project: OpenedProject | undefined): readonly string[] {
  return list.map((text) => (project !== undefined && isProjectGrant(text) ? `${text} (each project that a client opens, once you approve it; now ${project.folder})` : text));
}
