import { posix } from 'node:path';
import type { EngineAddress, EngineInfo } from '../../domain/container-engine.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { EffectivePlan, PlannedMount, PlannedNetwork, ValueOrigin } from '../../domain/effective-plan.ts';
import { canonicalJson, sha256 } from '../../domain/fingerprint.ts';
import type { HostFacts, HostFiles } from '../../domain/host.ts';
import { resolveLimits } from '../../domain/limits.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import { projectGrants } from '../../domain/project-grant.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { checkAccess, processUser } from '../../domain/process-user.ts';
import { checkService } from './check-service.ts';
import { planMounts } from './planned-mounts.ts';
import type { GrantedPath, PlannedMounts } from './planned-mounts.ts';
import { plannedNetwork } from './planned-network.ts';

export interface EffectivePlanRequest {
  readonly name: string;
  readonly location: ManifestLocation;
  readonly server: DockerServer;
  readonly entry: LockEntry;
  readonly imageId: string;
  readonly homeId: string;
  readonly engine: { readonly info: EngineInfo; readonly address: EngineAddress };
  readonly host: HostFacts;
  readonly files: HostFiles;
  readonly caBundle: string | undefined;
  /** Names of the variables that were remembered at install. */
  readonly remembered: readonly string[];
  readonly allowedOutside: ReadonlySet<string> | 'any';
  readonly project?: OpenedProject;
}

export interface ComputedPlan {
  readonly plan: EffectivePlan;
  readonly granted: readonly GrantedPath[];
}

const CA_TARGET = '/run/cc-mcp/ca.crt';
const CA_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
export const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** What a server may really do, from what its manifest asks, the lock, this machine and this engine. Pure but for looking at paths. */
export async function effectivePlan(request: EffectivePlanRequest): Promise<ComputedPlan> {
  const { server, entry } = request;
  const { mounts, granted, user } = await checkedGrants(request);
  const projects = projectGrants(server.permissions);
  const limits = resolveLimits(server.limits, request.engine.info);
  const network = plannedNetwork(server, request.engine);
  checkService(server, request.engine);
  const ca = network.kind === 'none' || request.caBundle === undefined ? undefined : await caMount(request.caBundle, request.files);
  const planned = [...mounts, ...(ca === undefined ? [] : [ca]), ...stateMounts(request)];
  return {
    granted,
    plan: {
      source: describeSource(server, entry),
      lockEntryHash: sha256(canonicalJson(lockedCode(entry))),
      imageId: request.imageId,
      entrypoint: entry.entrypoint,
      arguments: [...(server.arguments.length === 0 ? (entry.image?.command ?? []) : server.arguments), ...(server.pathsAsArguments ? granted.filter(({ volume }) => !volume).map(({ target }) => target) : [])],
      environment: environmentOf(request, network, ca !== undefined, limits.memoryBytes),
      mounts: planned,
      ...(entry.image === undefined ? {} : { workingDirectory: entry.image.workingDirectory, scratch: entry.image.volumes.filter((path) => path !== '/tmp' && !planned.some(({ mount }) => mount.target === path)) }),
      network,
      user,
      ...limits,
      standby: server.service === undefined ? server.standby : 'off',
      ...(server.service === undefined ? {} : { service: server.service }),
      controlFiles: server.permissions.controlFiles,
      ...(projects.length === 0 ? {} : { project: projects }),
    },
  };
}

/** The plan of a session in one project. State belongs to one uid, whichever project is open. */
export async function planWithProject(request: EffectivePlanRequest, base: EffectivePlan, project: OpenedProject): Promise<EffectivePlan> {
  const { plan } = await effectivePlan({ ...request, project });
  if (plan.user !== base.user && plan.mounts.some(({ mount }) => mount.kind === 'volume')) {
    throw new CcMcpError('REFUSED', `${request.name} keeps its state as uid:gid ${base.user}, and in ${project.folder} it would be ${plan.user}`, { suggestions: ['Grant a folder of one owner instead of @project'] });
  }
  return plan;
}

/** The part that needs no image: every path is checked, and who the process will be, before anything is downloaded or made. */
export async function checkedGrants({ server, location, host, files, allowedOutside, engine, project }: Pick<EffectivePlanRequest, 'server' | 'location' | 'host' | 'files' | 'allowedOutside' | 'engine' | 'project'>): Promise<PlannedMounts & { readonly user: string }> {
  const planned = await planMounts({ server, location, host, files, allowedOutside, enginePaths: enginePaths(engine), ...(project === undefined ? {} : { project }) });
  const user = processUser(engine.info, host, planned.granted);
  for (const grant of planned.granted) checkAccess(user, grant.path, grant.facts, grant.wanted);
  return { ...planned, user };
}

/** What of a lock entry decides what runs; when and by which cc-mcp it was proven does not. */
function lockedCode({ proven: _, ...code }: LockEntry): Omit<LockEntry, 'proven'> {
  return code;
}

function describeSource(server: DockerServer, entry: LockEntry): string {
  const { type, package: packageName, version, overrides } = entry.source;
  const asked = server.source === undefined ? '' : ` asked as ${server.source.type}:${server.source.package}`;
  return `${type}:${packageName}@${version}${overrides.length === 0 ? '' : ` with ${overrides.join(', ')}`}${asked === ` asked as ${type}:${packageName}` ? '' : asked}`;
}

function enginePaths({ info, address }: EffectivePlanRequest['engine']): string[] {
  return [info.dataFolder, ...(address.kind === 'unix' ? [address.path] : [])].filter((path) => path.startsWith('/'));
}

async function caMount(path: string, files: HostFiles): Promise<PlannedMount | undefined> {
  const facts = await files.inspect(path);
  return facts === undefined ? undefined : { mount: { kind: 'bind', source: facts.realPath, target: CA_TARGET, readOnly: true } };
}

function environmentOf(request: EffectivePlanRequest, network: PlannedNetwork, ca: boolean, memoryBytes: number): Record<string, ValueOrigin> {
  const { server } = request;
  const values: Record<string, ValueOrigin> = {};
  // Node takes half of the memory by itself and dies there, or more than there is and is killed without a word.
  if (request.entry.template.name.startsWith('node')) values['NODE_OPTIONS'] = { kind: 'literal', value: `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 1024 ** 2)}` };
  if (ca) for (const name of CA_VARIABLES) values[name] = { kind: 'literal', value: CA_TARGET };
  if (network.kind === 'bridge' || network.kind === 'named') {
    for (const name of PROXY_VARIABLES) if (request.remembered.includes(name)) values[name] = { kind: 'template', template: `\${${name}}` };
  }
  for (const state of server.statePaths) for (const [name, value] of Object.entries(state.environment)) values[name] = { kind: 'literal', value };
  for (const name of server.permissions.env) values[name] = { kind: 'template', template: `\${${name}}` };
  for (const [name, value] of Object.entries(server.environment)) values[name] = value.includes('${') ? { kind: 'template', template: value } : { kind: 'literal', value };
  return values;
}

/** A state volume belongs to (home, manifest, server, source): another source of the same name does not inherit it. */
function stateVolumeName(homeId: string, manifestId: string, name: string, source: { readonly type: string; readonly package: string }, path: string): string {
  return `cc-mcp-${name.toLowerCase()}-state-${sha256(`${homeId}\0${manifestId}\0${name}\0${source.type}:${source.package}\0${path}`).slice(0, 16)}`;
}

function stateMounts({ server, entry, homeId, location, name }: EffectivePlanRequest): PlannedMount[] {
  return server.statePaths.map(({ path }) => {
    if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.startsWith('/opt/cc-mcp')) {
      throw new CcMcpError('MANIFEST_INVALID', `State path "${path}" of ${name} is not an absolute folder of its own`);
    }
    return { mount: { kind: 'volume', name: stateVolumeName(homeId, location.id, name, entry.source, path), target: path, readOnly: false } };
  });
}

/** Whether its standby lives an hour at most: it holds a network or secrets. */
export function isShortLived(plan: EffectivePlan): boolean {
  return plan.network.kind !== 'none' || Object.values(plan.environment).some((origin) => origin.kind === 'template');
}

