import type { EffectivePlan, PlannedMount, ValueOrigin } from './effective-plan.ts';
import { canonicalJson, sha256 } from './fingerprint.ts';
import { localhostHosts } from './localhost-grant.ts';
import { describeService } from './service.ts';
import { describeProjectGrants } from './project-grant.ts';

/** SHA-256 (hex) of what the user agrees to. Inodes are left out: they change with a `git checkout` and are compared at start. */
export function planHash(plan: EffectivePlan): string {
  return sha256(canonicalJson({ ...plan, mounts: plan.mounts.map(({ mount }) => mount) }));
}

export interface PlanChange {
  readonly text: string;
  /** It only takes something away, so nobody need agree to it. */
  readonly narrows: boolean;
}

/** What differs between an approved plan and the wanted one, a line each, each marked whether it only takes away. */
export function planChanges(approved: EffectivePlan, wanted: EffectivePlan): readonly PlanChange[] {
  return [
    ...changed('source', approved.source, wanted.source),
    ...changed('lock entry', approved.lockEntryHash.slice(0, 12), wanted.lockEntryHash.slice(0, 12)),
    ...changed('image', approved.imageId, wanted.imageId),
    ...changed('executable', JSON.stringify(approved.entrypoint), JSON.stringify(wanted.entrypoint)),
    ...changed('arguments', JSON.stringify(approved.arguments), JSON.stringify(wanted.arguments)),
    ...networkChange(approved, wanted),
    ...changed('user', approved.user, wanted.user),
    ...limitChange('memory', approved.memoryBytes, wanted.memoryBytes),
    ...limitChange('cpus', approved.nanoCpus / 1e9, wanted.nanoCpus / 1e9),
    ...limitChange('pids', approved.pids, wanted.pids),
    ...(approved.controlFiles === wanted.controlFiles ? [] : [{ text: `control files writable: ${wanted.controlFiles ? 'yes' : 'no'}`, narrows: !wanted.controlFiles }]),
    ...(approved.standby === wanted.standby ? [] : [{ text: `standby: ${approved.standby} → ${wanted.standby}`, narrows: wanted.standby !== 'safe' }]),
    ...changed('transport', serviceText(approved), serviceText(wanted)),
    ...projectChange(approved, wanted),
    ...environmentChanges(approved.environment, wanted.environment),
    ...mountChanges(approved.mounts, wanted.mounts),
  ];
}

function changed(what: string, before: string, after: string): PlanChange[] {
  return before === after ? [] : [{ text: `${what}: ${before} → ${after}`, narrows: false }];
}

function limitChange(what: string, before: number, after: number): PlanChange[] {
  return before === after ? [] : [{ text: `${what}: ${before} → ${after}`, narrows: after < before }];
}

function networkChange(approved: EffectivePlan, wanted: EffectivePlan): PlanChange[] {
  const [before, after] = [networkText(approved.network), networkText(wanted.network)];
  return before === after ? [] : [{ text: `network: ${before} → ${after}`, narrows: wanted.network.kind === 'none' || isFewerPorts(approved.network, wanted.network) }];
}

function networkText(network: EffectivePlan['network']): string {
  if (network.kind === 'localhost') return localhostHosts(network.ports).join(', ');
  return network.kind === 'named' ? `network ${network.name}` : network.kind;
}

function serviceText({ service }: EffectivePlan): string {
  return service === undefined ? 'stdio' : describeService(service);
}

function isFewerPorts(before: EffectivePlan['network'], after: EffectivePlan['network']): boolean {
  return before.kind === 'localhost' && after.kind === 'localhost' && after.ports.every((port) => before.ports.includes(port));
}

function projectChange(approved: EffectivePlan, wanted: EffectivePlan): PlanChange[] {
  const [before, after] = [describeProjectGrants(approved.project), describeProjectGrants(wanted.project)];
  return before === after ? [] : [{ text: `the opened project (@project): ${before} → ${after}`, narrows: (wanted.project ?? []).every((grant) => (approved.project ?? []).some(({ right, at }) => at === grant.at && (right === 'write' || grant.right === 'read'))) }];
}

function environmentChanges(before: EffectivePlan['environment'], after: EffectivePlan['environment']): PlanChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): PlanChange[] => {
    const [old, wanted] = [before[name], after[name]];
    if (wanted === undefined) return [{ text: `variable ${name} is gone`, narrows: true }];
    if (old === undefined) return [{ text: `variable ${name} = ${describe(wanted)}`, narrows: false }];
    return describe(old) === describe(wanted) ? [] : [{ text: `variable ${name}: ${describe(old)} → ${describe(wanted)}`, narrows: isSmallerHeap(old, wanted) }];
  });
}

/** Node's heap limit follows from the memory limit: less of it is less. */
function isSmallerHeap(before: ValueOrigin, after: ValueOrigin): boolean {
  const [old, wanted] = [before, after].map((origin) => (origin.kind === 'literal' ? /^--max-old-space-size=(\d+)$/.exec(origin.value)?.[1] : undefined));
  return old !== undefined && wanted !== undefined && Number(wanted) < Number(old);
}

function describe(origin: ValueOrigin): string {
  return origin.kind === 'literal' ? JSON.stringify(origin.value) : origin.template;
}

function mountChanges(before: readonly PlannedMount[], after: readonly PlannedMount[]): PlanChange[] {
  const old = new Map(before.map((planned) => [planned.mount.target, planned.mount]));
  const wanted = new Map(after.map((planned) => [planned.mount.target, planned.mount]));
  const changes: PlanChange[] = [];
  for (const [target, mount] of wanted) {
    const previous = old.get(target);
    const from = mount.kind === 'bind' ? mount.source : `volume ${mount.name}`;
    const previousFrom = previous === undefined ? undefined : previous.kind === 'bind' ? previous.source : `volume ${previous.name}`;
    if (previous === undefined) changes.push({ text: `mount ${from} at ${target} (${mount.readOnly ? 'read' : 'write'})`, narrows: coversControlFile(mount, wanted) });
    else if (previousFrom !== from) changes.push({ text: `mount at ${target}: ${previousFrom} → ${from}`, narrows: false });
    else if (previous.readOnly !== mount.readOnly) changes.push({ text: `mount ${from}: ${mount.readOnly ? 'write → read' : 'read → write'}`, narrows: mount.readOnly });
  }
  for (const [target, mount] of old) {
    // Taking away a read-only cover over a control file would open it.
    if (!wanted.has(target)) changes.push({ text: `mount at ${target} is gone`, narrows: !coversControlFile(mount, wanted) });
  }
  return changes;
}

/** A read-only bind of something inside a folder that is mounted from the same place: it takes rights away from that folder. */
function coversControlFile(mount: PlannedMount['mount'], among: ReadonlyMap<string, PlannedMount['mount']>): boolean {
  if (mount.kind !== 'bind' || !mount.readOnly) return false;
  return [...among.values()].some((other) => other.kind === 'bind' && !other.readOnly && mount.target.startsWith(`${other.target}/`)
    && mount.source === `${other.source}${mount.target.slice(other.target.length)}`);
}
