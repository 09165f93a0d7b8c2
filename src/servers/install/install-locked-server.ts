import { LABEL } from '../../domain/container-engine.ts';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { planHash } from '../../domain/plan-hash.ts';
import type { ServerKey, ServerValues } from '../../domain/stores.ts';
import { variablesIn } from '../../domain/values.ts';
import { gateFailure, runGate } from '../gate-run.ts';
import { keepNeighbours } from '../keep-neighbours.ts';
import { missingValues } from '../missing-values.ts';
import { effectivePlan, planWithProject } from '../plan/effective-plan.ts';
import type { EffectivePlanRequest } from '../plan/effective-plan.ts';
import { prepareState } from '../plan/state-volumes.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { startProject } from '../start-project.ts';
import { startStandby } from '../start-standby.ts';
import { toolsThatDiffer } from '../tools-that-differ.ts';
import { writeRecipe } from '../write-recipe.ts';
import type { LockedInstallRequest, LockedServerResult } from './locked-install-request.ts';
import { agreedProject, allowProject, grantedProject } from './granted-project.ts';
import { isServerTag, keepImage, releaseImage, serverTag } from './image-tags.ts';
import { checkAsOf } from './check-as-of.ts';
import type { Turn } from './in-turn.ts';
import { lockEntry, provenBy } from './lock-entry.ts';
import { lockedBase } from './locked-base.ts';
import { lockedImage } from './locked-image.ts';
import { specOf } from './locked-server.ts';
import type { LockedServer } from './locked-server.ts';
import { beginOperation, takeBack } from './prove-server.ts';
import type { Operation } from './prove-server.ts';
import { sourceBase } from './base-image.ts';
import type { BaseImage } from './base-image.ts';
import { openSource } from './open-source.ts';
import { rememberedProxies } from './remembered-proxies.ts';
import { serverImage } from './server-image.ts';
import type { ServerImage } from './image-request.ts';

type Installed = Pick<LockedServerResult, 'version' | 'image' | 'recipe' | 'built' | 'missing' | 'gate'>;

/**
 * fetch → build → gate → commit of one server of a manifest. A lock that was followed stays as it is, and so does the manifest; one that was not gives both another version.
 * `turn`: of its gate and commit, beside which others are built.
 */
export async function installLockedServer(ports: InstallPorts, request: LockedInstallRequest & { readonly asked?: boolean; readonly turn?: Turn }, engine: ConnectedEngine, wanted: LockedServer, signal: AbortSignal): Promise<Installed> {
  const { location, turn } = request;
  const { name } = wanted;
  const key = { manifestId: location.id, server: name };
  const operation = await beginOperation(ports, request, name);
  await using _ = operation.journal;
  const before = await ports.state.readServer(key);
  let committed = false;
  try {
    // What is resolved may ask.
    if (wanted.locked === undefined) await turn?.comes();
    const { image, base, version } = await imageFor(turn === undefined ? ports : { ...ports, progress: turn.progress }, request, engine, wanted, operation, signal);
    const followed = wanted.locked?.entry.recipe === image.recipe ? wanted.locked.entry : undefined;
    const entry = followed ?? lockEntry({ name, offered: wanted.offered, overrides: wanted.server.source.overrides, server: wanted.server }, version, base, image, asOfFor(wanted));
    const values = valuesFor(ports, wanted, await ports.secrets.read(key));
    // What the user was not asked about is no project that was not agreed to before.
    const project = await (request.asked === true ? grantedProject(ports, name, wanted.server) : agreedProject(ports, key, wanted.server));
    const facts = factsOf(ports, request, engine, wanted, entry, image, operation.owner.home, values);
    const { plan } = await effectivePlan(facts);
    await prepareState(ports, engine, { plan, homeId: operation.owner.home, manifestId: location.id, server: name, token: operation.owner.token, baseImage: base.reference, recipe: image.recipe }, signal);
    await turn?.comes();
    const gate = await runGate(ports, engine, {
      name, token: operation.owner.token, plan: project === undefined ? plan : await planWithProject(facts, plan, project), values, full: request.test, homeId: operation.owner.home, location, source: entry.source, recipe: image.recipe, limits: wanted.server.limits,
      ...(wanted.fromIndex ? { offered: wanted.offered } : {}),
    }, signal);
    if (gate.outcome === 'failed' || gate.proven === undefined) throw gateFailure(name, gate);
    signal.throwIfAborted();
    await operation.journal.update({ committing: true });
    await commit(ports, request, engine, wanted, { entry: followed ?? { ...entry, proven: provenBy(gate.proven, ports) }, followed: followed !== undefined, image, plan, values, gate, project: request.asked === true ? project : undefined });
    committed = true;
    // What it had before goes, unless somebody else uses it; an open session keeps it until prune.
    if (before !== undefined && before.imageId !== image.imageId) await releaseImage(engine, before.imageId, operation.userTag, signal);
    return { version, image: image.imageId, recipe: image.recipe, built: image.built, missing: missingValues(plan, values, ports.environment), gate };
  } finally {
    // Not by the caller's signal, which may have been what ended it. What was installed before keeps its image and its state.
    if (!committed) await giveUp(ports, engine, key, wanted, operation);
  }
}

async function giveUp(ports: InstallPorts, engine: ConnectedEngine, key: ServerKey, { server }: LockedServer, { owner, userTag }: Operation): Promise<void> {
  const installed = await ports.state.readServer(key);
  if (installed === undefined) await takeBack(engine, userTag, { [LABEL.home]: owner.home, [LABEL.token]: owner.token });
  else await keepImage(engine, installed.imageId, { userTag, shownTag: server.image });
}

async function imageFor(ports: InstallPorts, request: LockedInstallRequest, engine: ConnectedEngine, wanted: LockedServer, operation: Operation, signal: AbortSignal): Promise<{ readonly image: ServerImage; readonly base: BaseImage; readonly version: string }> {
  const { name, server, locked } = wanted;
  const source = await openSource(ports, engine, operation.owner, request.location, specOf(wanted), { typed: false, dockerfile: server.source.dockerfile, signal });
  source.validateOverrides(server.source.overrides);
  const common = {
    engine, source, package: server.source.package, overrides: server.source.overrides, allowScripts: server.permissions.scripts, systemPackages: server.source.systemPackages ?? [],
    earlier: wanted.earlier, asOf: asOfFor(wanted), owner: operation.owner,
    openLog: () => ports.openBuildLog(request.location.id, name),
  };
  if (locked !== undefined) {
    const { entry, dependencies } = locked;
    const base = await lockedBase(ports, engine, source, entry, signal);
    if (request.frozen && (base.canonical !== entry.base.image || base.digest !== entry.base.digest)) throw otherBase(name, entry, base, source.base.key);
    const { version } = entry.source;
    const image = await lockedImage(ports, { ...common, version, base, bin: server.source.bin, tags: [serverTag(name, version), operation.userTag], entry, dependencies }, signal);
    return { image, base, version };
  }
  const resolved = await source.resolve(server.source.package, server.source.version, signal);
  if (server.source.asOf !== undefined) await checkAsOf(source, server.source.asOf, async () => resolved);
  const base = await sourceBase(ports, source, engine, signal);
  const { version } = resolved;
  const image = await serverImage(ports, { ...common, version, base, bin: server.source.bin, resolve: async () => resolved, tags: [serverTag(name, version), operation.userTag] }, signal);
  return { image, base, version };
}

/** The day of the locked tree, or what the manifest asks for. */
function asOfFor({ locked, server }: LockedServer): Day | undefined {
  return locked === undefined ? server.source.asOf : locked.entry.source.asOf;
}

function otherBase(name: string, { base: locked }: LockEntry, base: BaseImage, key: string | undefined): CcMcpError {
  return new CcMcpError('LOCK_INVALID', `${name} is locked on ${locked.image}@${locked.digest}, and this machine has ${base.canonical}@${base.digest}; --frozen changes nothing`, {
    suggestions: base.canonical === locked.image || key === undefined ? ['cc-mcp install   without --frozen'] : [`cc-mcp config set images.bases.${key} ${locked.image}`, 'cc-mcp install   without --frozen'],
  });
}

/** Secrets that were given here before stay; variables that the plan names, and proxies, are remembered, because clients pass none. */
function valuesFor(ports: InstallPorts, { server }: LockedServer, there: ServerValues): ServerValues {
  const networked = server.permissions.net === true || server.network !== undefined;
  const named = [...server.permissions.env, ...Object.values(server.environment).flatMap(variablesIn)];
  const present = Object.fromEntries(named.flatMap((name) => (ports.environment[name] === undefined ? [] : [[name, ports.environment[name]]])));
  return { secrets: there.secrets, remembered: { ...(networked ? rememberedProxies(ports.environment) : {}), ...there.remembered, ...present } };
}

function factsOf(ports: InstallPorts, { location }: LockedInstallRequest, engine: ConnectedEngine, { name, server }: LockedServer, entry: LockEntry, { imageId }: ServerImage, homeId: string, { remembered }: ServerValues): EffectivePlanRequest {
  return {
    name, location, server, entry, imageId, homeId, engine, host: ports.host, files: ports.hostFiles, caBundle: ports.caBundle, remembered: Object.keys(remembered), allowedOutside: new Set(),
  };
}

interface ToCommit {
  readonly entry: LockEntry;
  readonly followed: boolean;
  readonly image: ServerImage;
  readonly plan: EffectivePlan;
  readonly values: ServerValues;
  readonly gate: GateReport;
  readonly project: OpenedProject | undefined;
}

async function commit(ports: InstallPorts, { location }: LockedInstallRequest, engine: ConnectedEngine, { name, server }: LockedServer, { entry, followed, image, plan, values, gate, project }: ToCommit): Promise<void> {
  const key = { manifestId: location.id, server: name };
  const before = await ports.state.readServer(key);
  const changedTools = followed ? toolsThatDiffer(entry.proven.tools, gate.proven?.tools ?? {}) : [];
  if (changedTools.length > 0) {
    ports.progress.report({ type: 'warning', text: `${name}: tools are not those that the lock says were tested: ${changedTools.slice(0, 5).join(', ')}${changedTools.length > 5 ? ' …' : ''}` });
  }
  await ports.secrets.write(key, values);
  if (!followed) {
    await keepNeighbours(ports, location, name, async () => {
      await ports.locks.write(location, name, { entry, dependencies: image.dependencies });
      // The tag that we wrote for another version would name the image before this one.
      const tag = serverTag(name, entry.source.version);
      if (server.image !== undefined && isServerTag(server.image, name) && server.image !== tag) await ports.manifests.writeServer(location, name, { ...server, image: tag });
    });
  }
  await ports.state.writeServer(key, {
    imageId: image.imageId, recipe: entry.recipe, enabled: before?.enabled ?? false, clients: before?.clients ?? [], changedTools, installedAt: new Date(ports.clock.now()).toISOString(), ...(before?.servicePort === undefined ? {} : { servicePort: before.servicePort }),
    engine: { address: engine.address, id: engine.info.id, kind: engine.info.kind },
  });
  await ports.approvals.write(key, { plan, hash: planHash(plan), at: new Date(ports.clock.now()).toISOString() });
  await allowProject(ports, key, server, project);
  await ports.standbys.drop(key);
  const recipe = await writeRecipe(ports, engine, { location, name, plan, entry, enabled: before?.enabled ?? false });
  await ports.launcher.repair();
  if (before?.enabled === true) await (plan.project === undefined ? startStandby(ports, recipe) : startProject(ports, location, name));
  ports.progress.report({ type: 'step-ended', step: 'commit', outcome: 'passed', label: `Installed ${name}`, milliseconds: 0 });
}
