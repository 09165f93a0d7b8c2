import { LABEL } from '../../domain/container-engine.ts';
import type { Labels } from '../../domain/container-engine.ts';
import type { ContainerOwner } from '../../domain/container-labels.ts';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import { resolveLimits } from '../../domain/limits.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import type { OpenedSource } from '../../domain/source.ts';
import { checkNetwork } from '../check-network.ts';
import { runGate } from '../gate-run.ts';
import { checkService } from '../plan/check-service.ts';
import { checkedGrants, effectivePlan, planWithProject } from '../plan/effective-plan.ts';
import type { EffectivePlanRequest } from '../plan/effective-plan.ts';
import { plannedNetwork } from '../plan/planned-network.ts';
import { prepareState } from '../plan/state-volumes.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { sourceBase } from './base-image.ts';
import type { BaseImage } from './base-image.ts';
import { checkAsOf } from './check-as-of.ts';
import { installDated } from './dated-install.ts';
import { grantedProject } from './granted-project.ts';
import { releaseInterrupted, serverTag, triedTag, userTag } from './image-tags.ts';
import { installPlan, unaskedLines } from './install-plan.ts';
import type { InstallPlan, InstallRequest } from './install-request.ts';
import { lockEntry } from './lock-entry.ts';
import { openSource } from './open-source.ts';
import { resolveVersion } from './resolve-version.ts';
import type { Resolution } from './resolve-version.ts';
import { serverImage } from './server-image.ts';
import type { ServerImage } from './image-request.ts';
import type { WantedServer } from './wanted-server.ts';

/** One installation under way: its containers, networks and volumes carry the token, and its journal entry outlives a crash. */
export interface Operation {
  readonly owner: ContainerOwner;
  readonly userTag: string;
  readonly journal: Awaited<ReturnType<InstallPorts['journal']['begin']>>;
}

export async function beginOperation(ports: InstallPorts, { location }: Pick<InstallRequest, 'location'>, name: string): Promise<Operation> {
  const owner = await newOwner(ports, location, name);
  const { home: homeId, token } = owner;
  const tag = userTag(homeId, location.id, name);
  const journal = await ports.journal.begin({ operation: 'install', token, manifestId: location.id, manifestPath: location.path, server: name, images: [tag, triedTag(tag)], committing: false });
  return { owner, userTag: tag, journal };
}

/** Whose the containers of one piece of work on a server are. */
export async function newOwner(ports: InstallPorts, location: InstallRequest['location'], server: string): Promise<ContainerOwner> {
  return { home: await ports.state.homeId(), manifestId: location.id, server, token: ports.newToken(), recipe: '', version: ports.version };
}

export interface PlannedInstall {
  readonly engine: ConnectedEngine;
  readonly source: OpenedSource;
  readonly base: BaseImage;
  readonly resolution: Resolution;
  readonly plan: InstallPlan;
  readonly project: OpenedProject | undefined;
}

/** resolve → plan: what would be built, from what, with which rights. Nothing is made but a pulled base image. */
export async function planInstall(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, { owner }: Operation, signal: AbortSignal): Promise<PlannedInstall> {
  const engine = await ports.engine.connect(signal);
  const spec = wanted.offered.source;
  // What this engine cannot give is refused before anything is downloaded.
  resolveLimits(wanted.server.limits, engine.info);
  plannedNetwork(wanted.server, engine);
  checkService(wanted.server, engine);
  await checkNetwork(engine, wanted.server.network, signal);
  const project = await grantedProject(ports, wanted.name, wanted.server);
  await checkedGrants({ server: wanted.server, location: request.location, host: ports.host, files: ports.hostFiles, allowedOutside: 'any', engine, ...(project === undefined ? {} : { project }) });
  const source = await openSource(ports, engine, owner, request.location, spec, { typed: true, dockerfile: wanted.server.source?.dockerfile, signal });
  source.validateOverrides(wanted.overrides);
  const resolution = await resolveVersion(ports, wanted, source, signal);
  if (wanted.server.source?.asOf !== undefined) await checkAsOf(source, wanted.server.source.asOf, resolution.details);
  const base = await sourceBase(ports, source, engine, signal);
  const plan = installPlan({
    name: wanted.name, request, offered: wanted.offered, fromIndex: wanted.fromIndex, version: resolution.version, server: wanted.server, base, template: source.template.name, images: source.images ?? [],
    missing: wanted.values.missing, project,
  });
  return { engine, source, base, resolution, plan, project };
}

/** Asks for what the plan holds and the user did not type; of a server that is installed already only for what is new. `replaced`: settings of others that are written over. */
export async function agree(ports: InstallPorts, plan: InstallPlan, request: InstallRequest, { there, replaced = [] }: { readonly there?: DockerServer; readonly replaced?: readonly string[] } = {}): Promise<void> {
  const lines = [...(request.replaces?.lines ?? []), ...unaskedLines(plan, request, there), ...replaced.map((change) => `replaces in mcp.json: ${change}`)];
  if (lines.length === 0) return;
  const agreed = await ports.consent.confirm({ lines, question: request.replaces !== undefined ? `Move ${plan.server} into a container?` : `${there === undefined ? 'Install' : 'Let'} ${plan.server} ${there === undefined ? 'with these permissions' : 'have these permissions'}?`, flag: '--yes' });
  if (!agreed) throw new CcMcpError('REFUSED', there === undefined ? `${plan.server} was not installed` : `${plan.server} stays as it was`);
}

export interface ProvenInstall {
  readonly image: ServerImage;
  readonly entry: LockEntry;
  readonly plan: EffectivePlan;
  readonly gate: GateReport;
  readonly tag: string;
  /** Nothing may be taken back from here on. */
  commit(work: () => Promise<void>): Promise<void>;
}

/**
 * fetch → build → gate, then `use`. Unless that committed, the image and the volumes that were made go again.
 */
export async function proveServer<T>(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, planned: PlannedInstall, operation: Operation, use: (proven: ProvenInstall) => Promise<T>, signal: AbortSignal): Promise<T> {
  const { owner } = operation;
  const tags = [serverTag(wanted.name, planned.resolution.version), operation.userTag] as const;
  let committed = false;
  try {
    const proven = await proveTree(ports, request, wanted, planned, { owner, tags }, signal);
    return await use({
      ...proven,
      tag: tags[0],
      async commit(work) {
        signal.throwIfAborted();
        await operation.journal.update({ committing: true });
        await work();
        committed = true;
      },
    });
  } finally {
    // Not by the caller's signal, which may have been what ended it.
    if (!committed && await isUnfinished(ports, request, wanted)) await takeBack(planned.engine, tags[1], { [LABEL.home]: owner.home, [LABEL.token]: owner.token });
  }
}

/** Whether nothing stands in the manifest yet that could need what is made. */
async function isUnfinished(ports: InstallPorts, { location }: InstallRequest, { name }: WantedServer): Promise<boolean> {
  return (await ports.manifests.read(location)).servers.get(name)?.mode !== 'docker';
}

/** The tree that is asked for, or the newest that starts. */
async function proveTree(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, planned: PlannedInstall, made: Made, signal: AbortSignal): Promise<Proven> {
  const { engine, source, resolution } = planned;
  const asked = wanted.server.source?.asOf;
  if (asked !== undefined || request.asOf === false || source.dated === undefined) return buildAndTest(ports, request, wanted, planned, { ...made, asOf: asked, bin: wanted.server.source?.bin }, signal);
  let bin = wanted.server.source?.bin;
  const { proof, day } = await installDated(ports, {
    engine, source, what: `${wanted.offered.source.package} ${resolution.version}`, tags: made.tags, disposable: await isUnfinished(ports, request, wanted),
    details: resolution.details,
    async prove(asOf, onTree) {
      const proven = await buildAndTest(ports, request, wanted, planned, { ...made, asOf, onTree, bin }, signal);
      // Asked for once, whatever comes of it.
      bin ??= proven.image.bin;
      return proven;
    },
  }, signal);
  if (day === undefined || proof.entry.source.asOf === day) return proof;
  // The tree is that of a later day, too.
  const entry = { ...proof.entry, source: { ...proof.entry.source, asOf: day } };
  const { plan } = await effectivePlan(factsOf(ports, request, wanted, planned, made.owner, entry, proof.image));
  return { ...proof, entry, plan };
}

type Proven = Omit<ProvenInstall, 'commit' | 'tag'>;

interface Made {
  readonly owner: ContainerOwner;
  readonly tags: readonly [string, string];
}

interface Tree extends Made {
  readonly asOf: Day | undefined;
  readonly bin: string | undefined;
  readonly onTree?: (lock: string) => void;
}

async function buildAndTest(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, planned: PlannedInstall, { owner, tags, asOf, bin, onTree }: Tree, signal: AbortSignal): Promise<Proven> {
  const { location } = request;
  const { name, server } = wanted;
  const { engine, source, base, resolution, project } = planned;
  const { home: homeId, token } = owner;
  const image = await serverImage(ports, {
    engine, source, package: wanted.offered.source.package, version: resolution.version, resolve: resolution.details, base, overrides: wanted.overrides,
    bin, allowScripts: server.permissions.scripts, systemPackages: server.source?.systemPackages ?? [], asOf, onTree, tags, owner, openLog: () => ports.openBuildLog(location.id, name),
  }, signal);
  const entry = lockEntry(wanted, resolution.version, base, image, asOf);
  const facts = factsOf(ports, request, wanted, planned, owner, entry, image);
  const { plan } = await effectivePlan(facts);
  await prepareState(ports, engine, { plan, homeId, manifestId: location.id, server: name, token, baseImage: base.reference, recipe: image.recipe }, signal);
  const gate = await runGate(ports, engine, {
    name, token, plan: project === undefined ? plan : await planWithProject(facts, plan, project), values: wanted.values.values, full: request.test, homeId, location, source: entry.source, recipe: image.recipe, limits: server.limits,
    ...(wanted.fromIndex ? { offered: wanted.offered } : {}),
  }, signal);
  return { image, entry, plan, gate };
}

function factsOf(ports: InstallPorts, { location }: InstallRequest, { name, server, values }: WantedServer, { engine }: PlannedInstall, owner: ContainerOwner, entry: LockEntry, image: ServerImage): EffectivePlanRequest {
  return {
    name, location, server, entry, imageId: image.imageId, homeId: owner.home, engine, host: ports.host, files: ports.hostFiles, caBundle: ports.caBundle,
    remembered: Object.keys(values.values.remembered), allowedOutside: 'any',
  };
}

/** What an operation made that did not commit: its image, and the state volumes that carry its token. */
export async function takeBack(engine: ConnectedEngine, tag: string, labels: Labels): Promise<void> {
  await releaseInterrupted(engine, tag);
  for (const { name } of await engine.containers.listVolumes(labels)) await engine.containers.removeVolume(name);
}
