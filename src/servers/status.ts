import { CcMcpError } from '../domain/errors.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { DockerServer, ManifestLocation, ManifestServer } from '../domain/manifest.ts';
import { parseMemory, DEFAULT_LIMITS } from '../domain/limits.ts';
import type { ContainerId } from '../domain/container-engine.ts';
import { standbyBudget } from '../domain/standby-budget.ts';
import type { ServerState } from '../domain/stores.ts';
import { approvedPlan } from './approved-plan.ts';
import { currentPlan } from './current-plan.ts';
import { lockDifference } from './lock-difference.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { installCommand, notFound } from './read-server.ts';
import { serviceCondition } from './service-condition.ts';
import type { ServiceCondition } from './service-condition.ts';
import type { RunningContainer } from './standby-keeper.ts';
import type { ServerStatus, StatusReport } from './status-report.ts';

/** Between the two samples of a CPU figure, milliseconds. */
const SAMPLE = 40;

/** The table of `status`. It answers without an engine too, and then says so. */
export async function status(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name?: string }, signal?: AbortSignal): Promise<StatusReport> {
  const manifest = await ports.manifests.read(location);
  if (name !== undefined && !manifest.servers.has(name)) throw notFound(name, location, [...manifest.servers.keys()]);
  const lock = await ports.locks.read(location);
  const chosen = [...manifest.servers].filter(([server]) => name === undefined || server === name);
  const { engine, reason } = await engineOrReason(ports, signal);
  // The file may have been edited since.
  if (engine !== undefined) await ports.standbys.setBudget(standbyBudget(engine.info.memoryBytes, (await ports.configuration.read()).standby.memory));
  const running = engine === undefined ? [] : (await ports.standbys.list()).filter(({ manifestId }) => manifestId === location.id);
  const usage = engine === undefined ? new Map<string, Sample>() : await sampleAll(ports, engine, running, signal);
  const servers = await Promise.all(chosen.map(async ([server, value]) => {
    const state = await ports.state.readServer({ manifestId: location.id, server });
    return serverStatus(ports, location, server, value, lock.servers[server], state, engine, running.filter((container) => container.server === server), usage, signal);
  }));
  return {
    manifest: location.path,
    engine: { reachable: engine !== undefined, name: engine === undefined ? '' : `${engine.info.kind} ${engine.info.version}`, reason },
    servers,
    standbyMemoryBytes: running.filter(({ role }) => role === 'standby' || role === 'starting').reduce((sum, { containerId }) => sum + (usage.get(containerId)?.memoryBytes ?? 0), 0),
  };
}

async function engineOrReason(ports: ServerPorts, signal?: AbortSignal): Promise<{ engine: ConnectedEngine | undefined; reason: string }> {
  try {
    return { engine: await ports.engine.connect(signal), reason: '' };
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    return { engine: undefined, reason: error.message };
  }
}

interface Sample {
  readonly memoryBytes: number;
  readonly cpuPercent: number;
}

/** Two samples of every container of ours at once, a moment apart. */
async function sampleAll(ports: ServerPorts, engine: ConnectedEngine, running: readonly RunningContainer[], signal?: AbortSignal): Promise<Map<string, Sample>> {
  const read = async (): Promise<Map<string, { cpu: number; memory: number; at: number }>> => {
    const usages = await Promise.all(running.filter(({ containerId }) => containerId !== '').map(async ({ containerId }) => [containerId, await engine.containers.usage(containerId as ContainerId, signal), ports.clock.monotonic()] as const));
    return new Map(usages.flatMap(([id, usage, at]) => (usage === undefined ? [] : [[id, { cpu: usage.cpuNanoseconds, memory: usage.memoryBytes, at }]])));
  };
  if (running.length === 0) return new Map();
  const first = await read();
  await ports.clock.sleep(SAMPLE, signal);
  const second = await read();
  return new Map([...second].map(([id, now]) => {
    const before = first.get(id);
    const percent = before === undefined || now.at <= before.at ? 0 : ((now.cpu - before.cpu) / 1e6 / (now.at - before.at)) * 100;
    return [id, { memoryBytes: now.memory, cpuPercent: Math.max(0, Number(percent.toFixed(1))) }];
  }));
}

async function serverStatus(ports: ServerPorts, location: ManifestLocation, name: string, server: ManifestServer, entry: LockEntry | undefined, state: ServerState | undefined, engine: ConnectedEngine | undefined,
  containers: readonly RunningContainer[], usage: ReadonlyMap<string, Sample>, signal?: AbortSignal): Promise<ServerStatus> {
  if (server.mode === 'external') return external(name);
  const samples = containers.flatMap(({ containerId }) => usage.get(containerId) ?? []);
  const sessions = containers.filter(({ role }) => role === 'session').length;
  const services = containers.filter(({ role }) => role === 'service').length;
  const standbys = containers.length - sessions - services;
  const { condition, problems } = await conditionOf(ports, location, name, server, entry, state, engine, standbys + services, signal);
  const isApproved = condition === 'ready' || condition === 'idle' || condition === 'installed';
  const service = isApproved && engine !== undefined ? await serviceCondition(ports, engine, { manifestId: location.id, server: name }, server, entry, state, services > 0, signal) : undefined;
  return {
    name, mode: 'docker', url: service?.url ?? null, state: stateOf(condition, service), version: entry?.source.version ?? '', enabled: state?.enabled ?? false, sessions, standbys,
    cpuPercent: samples.length === 0 ? null : Number(samples.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0).toFixed(1)),
    memoryBytes: samples.length === 0 ? null : samples.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    memoryLimitBytes: parseMemory(server.limits.memory ?? DEFAULT_LIMITS.memory),
    permissions: {
      net: netText(server),
      read: server.permissions.read, write: server.permissions.write, env: Object.keys(server.environment).concat(server.permissions.env),
    },
    problems: [...problems, ...(service?.problem === undefined ? [] : [service.problem]), ...changedTools(name, state, await ports.driftOf(location.id, name)), ...weakenings(server)],
  };
}

function stateOf(condition: ServerStatus['state'], service: ServiceCondition | undefined): ServerStatus['state'] {
  if (service?.isOver === true) return 'failed';
  return condition === 'ready' && service?.problem !== undefined ? 'idle' : condition;
}

function netText({ network, permissions: { net } }: DockerServer): string {
  if (network !== undefined) return `network ${network}`;
  return net === true ? 'all' : net === false || net.length === 0 ? 'none' : net.join(', ');
}

function external(name: string): ServerStatus {
  return {
    name, mode: 'external', url: null, state: 'external', version: '', enabled: false, sessions: 0, standbys: 0, cpuPercent: null, memoryBytes: null, memoryLimitBytes: null,
    permissions: { net: 'unsandboxed', read: [], write: [], env: [] }, problems: [],
  };
}

async function conditionOf(ports: ServerPorts, location: ManifestLocation, name: string, server: DockerServer, entry: LockEntry | undefined, state: ServerState | undefined, engine: ConnectedEngine | undefined, standbys: number,
  signal?: AbortSignal): Promise<{ condition: ServerStatus['state']; problems: readonly string[] }> {
  if (entry === undefined) return { condition: 'not-installed', problems: [`not built here: ${installCommand(name, server)}`] };
  if (engine === undefined) return { condition: state === undefined ? 'not-installed' : 'unknown', problems: [] };
  try {
    const { plan } = await currentPlan(ports, location, name, signal);
    await approvedPlan(ports, { manifestId: location.id, server: name }, name, plan);
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    const condition = error.code === 'NOT_APPROVED' ? 'not-approved' : error.code === 'IMAGE_MISSING' ? 'not-installed' : 'not-approved';
    return { condition, problems: [[error.message, ...error.suggestions.slice(0, 1)].join(': ')] };
  }
  const problems = await lockProblems(ports, location, server, entry);
  if (state?.enabled !== true) return { condition: 'installed', problems };
  return { condition: standbys > 0 ? 'ready' : 'idle', problems };
}

/** It runs as it was installed all the same: what is committed no longer says how that came to be. */
async function lockProblems(ports: ServerPorts, location: ManifestLocation, { source, permissions }: DockerServer, entry: LockEntry): Promise<readonly string[]> {
  const difference = source === undefined ? undefined : lockDifference({ source, permissions }, entry);
  if (difference !== undefined) return [`${difference}: cc-mcp install`];
  try {
    return (await ports.locks.readDependencies(location, entry)) === undefined ? [`${entry.dependencies.file} is missing from mcp.lock.d: cc-mcp install`] : [];
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    return [[error.message, ...error.suggestions.slice(0, 1)].join(': ')];
  }
}

function changedTools(name: string, state: ServerState | undefined, drift: readonly string[]): readonly string[] {
  const tools = [...new Set([...(state?.changedTools ?? []), ...drift])];
  return tools.length === 0 ? [] : [`tools differ from those that were tested: ${tools.slice(0, 5).join(', ')}${tools.length > 5 ? ' …' : ''}: cc-mcp test ${name}`];
}

/** What weakens the sandbox profile, by the user's own choice. */
function weakenings(server: DockerServer): readonly string[] {
  return [
    ...(server.permissions.net === true ? ['reaches every network (permissions.net)'] : []),
    ...(server.permissions.controlFiles ? ['may write control files such as .git/hooks'] : []),
    ...(server.permissions.scripts ? [server.source?.dockerfile === undefined ? 'was built with lifecycle scripts' : `was built by its ${server.source.dockerfile.path}${server.source.dockerfile.network ? ', with network' : ''}`] : []),
  ];
}
