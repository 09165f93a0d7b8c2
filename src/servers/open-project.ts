import { CcMcpError } from '../domain/errors.ts';
import type { EffectivePlan } from '../domain/effective-plan.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import { projectRight } from '../domain/project-grant.ts';
import type { OpenedProject, ProjectGrant } from '../domain/project-grant.ts';
import { isBelow } from '../domain/refused-paths.ts';
import type { CurrentPlan } from './current-plan.ts';
import type { ServerPorts } from './ports.ts';

type ProjectPorts = Pick<ServerPorts, 'openedProject' | 'hostFiles' | 'host' | 'approvals'>;

/** The plan of this session: with the opened project where the server has it, which is agreed to once per project. */
export async function sessionPlan(ports: ProjectPorts, location: ManifestLocation, name: string, current: CurrentPlan): Promise<{ readonly plan: EffectivePlan; readonly project?: OpenedProject }> {
  const { project: grants } = current.plan;
  if (grants === undefined) return { plan: current.plan };
  const project = await openProject(ports, name);
  const agreed = await ports.approvals.projects({ manifestId: location.id, server: name });
  const wanted = projectRight(grants);
  if (!covers(agreed[project.real], wanted)) {
    throw new CcMcpError('NOT_APPROVED', `${name} was not approved to ${wanted} ${project.folder}, the project that is open (@project)`, {
      suggestions: [`cd ${quoted(project.folder)} && cc-mcp approve ${name} --manifest ${quoted(location.path)}`], details: { project: project.folder },
    });
  }
  return { plan: await current.planFor(project), project };
}

/** The folder that is open here. Its real path is what counts; never HOME or above, which holds everything of the user's. */
export async function openProject({ openedProject, hostFiles, host }: Omit<ProjectPorts, 'approvals'>, name: string): Promise<OpenedProject> {
  const folder = openedProject();
  if (folder === undefined) {
    throw new CcMcpError('REFUSED', `${name} is given the project that is open (@project), and none is: this folder is in no git repository`, {
      suggestions: ['Open a folder with a git repository (git init makes one)', 'or set CLAUDE_PROJECT_DIR, as Claude Code does'],
    });
  }
  const facts = await hostFiles.inspect(folder);
  if (facts?.isDirectory !== true) throw new CcMcpError('FILE_NOT_FOUND', `${folder}, the project that is open (@project), is not a folder`);
  const home = (await hostFiles.inspect(host.homeFolder))?.realPath ?? host.homeFolder;
  if (facts.realPath === home || isBelow(home, facts.realPath)) {
    throw new CcMcpError('REFUSED', `${name} is given the project that is open (@project), and ${folder} ${facts.realPath === home ? 'is' : 'contains'} your home folder, which is never granted`, {
      suggestions: ['Open a folder below it'],
    });
  }
  return { folder, real: facts.realPath };
}

export function covers(agreed: ProjectGrant['right'] | undefined, wanted: ProjectGrant['right']): boolean {
  return agreed === 'write' || agreed === wanted;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
