import type { ManifestLocation } from '../domain/manifest.ts';
import { CcMcpError } from '../domain/errors.ts';
import { planChanges, planHash } from '../domain/plan-hash.ts';
import { projectRight } from '../domain/project-grant.ts';
import type { OpenedProject, ProjectGrant } from '../domain/project-grant.ts';
import type { ServerKey } from '../domain/stores.ts';
import { describePlan } from './describe-plan.ts';
import type { CurrentPlan } from './current-plan.ts';
import { currentPlan } from './current-plan.ts';
import { prepareState } from './plan/state-volumes.ts';
import type { Consent, ServerPorts } from './ports.ts';
import { covers, openProject } from './open-project.ts';
import { findBaseImage } from './install/base-image.ts';
import { startProject } from './start-project.ts';
import { startStandby } from './start-standby.ts';
import { writeRecipe } from './write-recipe.ts';

export interface ApproveResult {
  readonly outcome: 'approved' | 'already-approved';
  readonly server: string;
  readonly manifest: string;
  readonly changes: readonly string[];
}

/** Shows what a manifest asks beyond what was agreed to, and records the agreement. */
export async function approveServer(ports: ServerPorts & { readonly consent: Consent }, { location, name }: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<ApproveResult> {
  const current = await currentPlan(ports, location, name, signal);
  const key = { manifestId: location.id, server: name };
  const approval = await ports.approvals.read(key);
  const hash = planHash(current.plan);
  const project = await projectToApprove(ports, key, name, current);
  if (approval?.hash === hash && project === undefined) {
    await writeRecipe(ports, current.engine, { location, name, plan: current.plan, entry: current.entry, enabled: current.state.enabled });
    return { outcome: 'already-approved', server: name, manifest: location.path, changes: [] };
  }
  const changes = [
    ...(approval === undefined ? describePlan(current.plan) : planChanges(approval.plan, current.plan).map(({ text }) => text)),
    ...(project === undefined ? [] : [`${project.right}: ${project.opened.folder}, the project that is open here (@project)`]),
  ];
  const agreed = await ports.consent.confirm({ lines: changes, question: `Let ${name} run with ${approval === undefined ? 'these settings' : 'these changes'}?`, flag: '--yes' });
  if (!agreed) throw new CcMcpError('REFUSED', `${name} was not approved`);
  const { images } = await ports.configuration.read();
  const homeId = await ports.state.homeId();
  if (current.plan.mounts.some(({ mount }) => mount.kind === 'volume')) {
    const base = await findBaseImage(ports, current.entry.base.image, current.engine, images, signal);
    await prepareState(ports, current.engine, { plan: current.plan, homeId, manifestId: location.id, server: name, token: ports.newToken(), baseImage: base.reference, recipe: current.entry.recipe }, signal);
  }
  await ports.state.writeServer(key, current.state);
  await ports.approvals.write(key, { plan: current.plan, hash, at: new Date(ports.clock.now()).toISOString() });
  if (project !== undefined) await ports.approvals.allowProject(key, project.opened.real, project.right);
  // Another project's standbys have the same settings as before.
  if (approval?.hash !== hash) await ports.standbys.drop(key);
  const recipe = await writeRecipe(ports, current.engine, { location, name, plan: current.plan, entry: current.entry, enabled: current.state.enabled });
  if (current.state.enabled) await (current.plan.project === undefined ? startStandby(ports, recipe, signal) : startProject(ports, location, name, signal));
  return { outcome: 'approved', server: name, manifest: location.path, changes };
}

/** The project that is open here, where the server has it by `@project` and it was not agreed to yet. What cannot be granted is refused here. */
async function projectToApprove(ports: ServerPorts, key: ServerKey, name: string, { plan, planFor }: CurrentPlan): Promise<{ readonly opened: OpenedProject; readonly right: ProjectGrant['right'] } | undefined> {
  if (plan.project === undefined) return undefined;
  const opened = await openProject(ports, name);
  await planFor(opened);
  const right = projectRight(plan.project);
  return covers((await ports.approvals.projects(key))[opened.real], right) ? undefined : { opened, right };
}
