import type { EffectivePlan } from '../../domain/effective-plan.ts';
import { canonicalJson } from '../../domain/fingerprint.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import { resolveLimits } from '../../domain/limits.ts';
import type { LockEntry } from '../../domain/lock.ts';
import { projectGrants } from '../../domain/project-grant.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { planHash } from '../../domain/plan-hash.ts';
import { approvedPlan } from '../approved-plan.ts';
import { checkNetwork } from '../check-network.ts';
import { currentPlan } from '../current-plan.ts';
import type { CurrentPlan } from '../current-plan.ts';
import { gateFailure, runGate } from '../gate-run.ts';
import { effectivePlan, planWithProject } from '../plan/effective-plan.ts';
import type { EffectivePlanRequest } from '../plan/effective-plan.ts';
import { prepareState } from '../plan/state-volumes.ts';
import type { InstallPorts } from '../ports.ts';
import { keepNeighbours } from '../keep-neighbours.ts';
import { startStandby } from '../start-standby.ts';
import { writeRecipe } from '../write-recipe.ts';
import { findBaseImage } from './base-image.ts';
import type { ChangedSettings } from './changed-settings.ts';
import { agreedProject, allowProject, grantedProject } from './granted-project.ts';
import type { InstallRequest } from './install-request.ts';
import { provenBy } from './lock-entry.ts';
import { beginOperation } from './prove-server.ts';
import type { WantedServer } from './wanted-server.ts';

export interface PlannedChange {
  /** What was agreed to and runs until the commit. */
  readonly current: CurrentPlan;
  readonly settings: ChangedSettings;
  readonly plan: EffectivePlan;
  /** Where `@project` is granted: what stands for it here, and the plan with it. */
  readonly project?: { readonly opened: OpenedProject; readonly typed: boolean; readonly plan: EffectivePlan };
}

/**
 * What an installed server may do with other settings. Only what was agreed to is changed: what somebody else wrote into a manifest
 * since then must not be agreed to by a flag that says something else. What this engine cannot give is refused here.
 */
export async function planChange(ports: InstallPorts, { location, grants }: InstallRequest, name: string, settings: ChangedSettings, signal: AbortSignal): Promise<PlannedChange> {
  const current = await currentPlan(ports, location, name, signal);
  const { engine, entry } = current;
  await approvedPlan(ports, { manifestId: location.id, server: name }, name, current.plan);
  resolveLimits(settings.server.limits, engine.info);
  await checkNetwork(engine, settings.server.network, signal);
  const facts: EffectivePlanRequest = {
    name, location, server: settings.server, entry, imageId: current.plan.imageId, homeId: await ports.state.homeId(), engine, host: ports.host, files: ports.hostFiles,
    caBundle: ports.caBundle, remembered: Object.keys(settings.values.remembered), allowedOutside: 'any',
  };
  const { plan } = await effectivePlan(facts);
  const typed = projectGrants(grants).length > 0;
  const opened = await (typed ? grantedProject(ports, name, settings.server) : agreedProject(ports, { manifestId: location.id, server: name }, settings.server));
  return { current, settings, plan, ...(opened === undefined ? {} : { project: { opened, typed, plan: await planWithProject(facts, plan, opened) } }) };
}

/** gate → commit → a standby with the new settings. Until the commit the server runs as before. */
export async function changeSettings(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, change: PlannedChange, signal: AbortSignal): Promise<GateReport> {
  const { name } = wanted;
  const { current, settings, plan } = change;
  const { owner: { token, home: homeId }, journal } = await beginOperation(ports, request, name);
  await using _ = journal;
  let committed = false;
  try {
    await giveState(ports, request, name, token, current, plan, signal);
    const gate = await runGate(ports, current.engine, {
      name, token, plan: change.project?.plan ?? plan, values: settings.values, full: request.test, homeId, location: request.location, source: current.entry.source, recipe: current.entry.recipe, limits: settings.server.limits,
      ...(wanted.fromIndex ? { offered: wanted.offered } : {}),
    }, signal);
    if (gate.outcome === 'failed' || gate.proven === undefined) throw gateFailure(name, gate);
    signal.throwIfAborted();
    await commitChange(ports, request, name, change, { ...current.entry, proven: provenBy(gate.proven, ports) }, signal);
    committed = true;
    return gate;
  } finally {
    // Not by the caller's signal, which may have been what ended it.
    if (!committed && plan.user !== current.plan.user) await giveState(ports, request, name, token, current, current.plan);
  }
}

/** State belongs to the uid of the process, which follows from what is granted. */
async function giveState(ports: InstallPorts, { location }: InstallRequest, server: string, token: string, { engine, entry }: CurrentPlan, plan: EffectivePlan, signal?: AbortSignal): Promise<void> {
  if (!plan.mounts.some(({ mount }) => mount.kind === 'volume')) return;
  const { images } = await ports.configuration.read();
  const base = await findBaseImage(ports, entry.base.image, engine, images, signal);
  await prepareState(ports, engine, { plan, homeId: await ports.state.homeId(), manifestId: location.id, server, token, baseImage: base.reference, recipe: entry.recipe }, signal);
}

/** The manifest last of what decides: a repeat of a command that was killed in between finds the difference again. */
async function commitChange(ports: InstallPorts, { location }: InstallRequest, name: string, { current, settings, plan, project }: PlannedChange, proven: LockEntry, signal: AbortSignal): Promise<void> {
  const key = { manifestId: location.id, server: name };
  const { engine, state } = current;
  await ports.secrets.write(key, settings.values);
  const entry = await keepNeighbours(ports, location, name, async () => {
    const written = await writeProven(ports, location, name, current.entry, proven);
    await ports.approvals.write(key, { plan, hash: planHash(plan), at: new Date(ports.clock.now()).toISOString() });
    if (project?.typed === true) await allowProject(ports, key, settings.server, project.opened);
    await ports.manifests.writeServer(location, name, settings.server);
    return written;
  });
  const recipe = await writeRecipe(ports, engine, { location, name, plan, entry, enabled: state.enabled });
  await ports.standbys.drop(key);
  if (state.enabled) await startStandby(ports, project === undefined ? recipe : await writeRecipe(ports, engine, { location, name, plan: project.plan, entry, enabled: true, project: project.opened }), signal);
}

/** The lock, which is committed, changes only where the gate saw something else than it says. */
async function writeProven(ports: InstallPorts, location: InstallRequest['location'], name: string, before: LockEntry, entry: LockEntry): Promise<LockEntry> {
  const facts = ({ proven: { at: _, by: __, ...seen } }: LockEntry): string => canonicalJson(seen);
  const dependencies = facts(before) === facts(entry) ? undefined : await ports.locks.readDependencies(location, before);
  if (dependencies === undefined) return before;
  await ports.locks.write(location, name, { entry, dependencies });
  return entry;
}
