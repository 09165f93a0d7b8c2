import type { ManifestLocation } from '../domain/manifest.ts';
import { CcMcpError } from '../domain/errors.ts';
import { planChanges, planHash } from '../domain/plan-hash.ts';
import { describePlan } from './describe-plan.ts';
import { currentPlan } from './current-plan.ts';
import { prepareState } from './plan/state-volumes.ts';
import type { Consent, ServerPorts } from './ports.ts';
import { findBaseImage } from './install/base-image.ts';
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
  if (approval?.hash === hash) {
    await writeRecipe(ports, current.engine, { location, name, plan: current.plan, entry: current.entry, enabled: current.state.enabled });
    return { outcome: 'already-approved', server: name, manifest: location.path, changes: [] };
  }
  const changes = approval === undefined ? describePlan(current.plan) : planChanges(approval.plan, current.plan).map(({ text }) => text);
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
  await ports.standbys.drop(key);
  const recipe = await writeRecipe(ports, current.engine, { location, name, plan: current.plan, entry: current.entry, enabled: current.state.enabled });
  if (current.state.enabled) await startStandby(ports, recipe, signal);
  return { outcome: 'approved', server: name, manifest: location.path, changes };
}
