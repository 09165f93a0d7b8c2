import type { DiscoveryAttempt } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import { formatBytes } from '../domain/limits.ts';
import type { DoctorCheck, DoctorReport } from './doctor-report.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { status } from './status.ts';

/** What is wrong and what to type: this program, the engine and how it was found, and every server of the manifest. */
export async function doctor(ports: ServerPorts & { readonly nodeVersion: string }, { location }: { readonly location?: ManifestLocation }, signal?: AbortSignal): Promise<DoctorReport> {
  const checks: DoctorCheck[] = [{ name: 'cc-mcp', outcome: 'ok', text: `cc-mcp ${ports.version} on Node ${ports.nodeVersion}, home ${ports.host.ccMcpHome}`, suggestions: [] }];
  const { engine, discovery, failure } = await findEngine(ports, signal);
  checks.push(...(engine === undefined ? [unreachable(failure)] : engineChecks(engine)));
  const abandoned = await ports.journal.abandoned();
  if (abandoned.length > 0) {
    checks.push({ name: 'interrupted', outcome: 'warning', text: `${abandoned.map(({ operation, server }) => `${operation} of ${server}`).join(', ')} did not end`, suggestions: ['The next command that reaches the engine cleans up'] });
  }
  if (location !== undefined) checks.push(...(await serverChecks(ports, location, signal)));
  return { healthy: checks.every(({ outcome }) => outcome !== 'problem'), checks, discovery };
}

async function findEngine(ports: ServerPorts, signal?: AbortSignal): Promise<{ engine?: ConnectedEngine; discovery: readonly DiscoveryAttempt[]; failure?: CcMcpError }> {
  try {
    const engine = await ports.engine.connect(signal);
    return { engine, discovery: engine.attempts };
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    return { discovery: await ports.engine.attempts(), failure: error };
  }
}

function unreachable(failure: CcMcpError | undefined): DoctorCheck {
  return { name: 'engine', outcome: 'problem', text: failure?.message ?? 'No engine answers', suggestions: failure?.suggestions.filter((text) => !text.startsWith('cc-mcp doctor')) ?? [] };
}

function engineChecks({ info, address }: ConnectedEngine): DoctorCheck[] {
  const where = address.kind === 'unix' ? address.path : `tcp://${address.host}:${address.port}`;
  const old = info.kind === 'docker' && Number(info.apiVersion.split('.')[1] ?? 0) < 41;
  return [
    { name: 'engine', outcome: old ? 'problem' : 'ok', text: `${info.kind} ${info.version} (API ${info.apiVersion}) at ${where}, ${info.cpus} CPUs, ${formatBytes(info.memoryBytes)}`, suggestions: old ? ['Docker 20.10 is the oldest that works: update it'] : [] },
    info.seccomp
      ? { name: 'seccomp', outcome: 'ok', text: 'The engine filters system calls', suggestions: [] }
      : { name: 'seccomp', outcome: 'warning', text: 'The engine does not filter system calls', suggestions: ['Use a kernel and an engine with seccomp'] },
    ...(info.kind === 'podman' ? [{ name: 'standbys', outcome: 'ok' as const, text: 'Podman cannot change the limits of what runs: standbys load at their CPU limit, so somewhat slower', suggestions: [] }] : []),
    ...(limitless(info) ? [{ name: 'limits', outcome: 'problem' as const, text: 'A rootless engine cannot limit memory, CPUs and processes with the first version of control groups', suggestions: ['Boot with systemd.unified_cgroup_hierarchy=1, or use the engine of root'] }] : []),
    ...(info.usernsRemap ? [{ name: 'user ids', outcome: 'warning' as const, text: 'This engine maps user ids (userns-remap): servers with granted paths cannot run on it', suggestions: [] }] : []),
    ...(address.kind === 'tcp' ? [{ name: 'folders', outcome: 'warning' as const, text: 'A remote engine has none of this machine\'s folders: path grants do not work', suggestions: [] }] : []),
  ];
}

function limitless({ rootless, cgroupVersion }: ConnectedEngine['info']): boolean {
  return rootless && cgroupVersion === 1;
}

async function serverChecks(ports: ServerPorts, location: ManifestLocation, signal?: AbortSignal): Promise<DoctorCheck[]> {
  try {
    const { servers, manifest } = await status(ports, { location }, signal);
    return [
      { name: 'manifest', outcome: 'ok', text: location.exists ? `${manifest}, ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}` : `${manifest} is not there yet`, suggestions: [] },
      ...servers.flatMap(({ name, state, problems }) => problems.map((text): DoctorCheck => ({ name, outcome: state === 'failed' || state === 'not-approved' || state === 'not-installed' ? 'problem' : 'warning', text, suggestions: [] }))),
    ];
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    return [{ name: 'manifest', outcome: 'problem', text: error.message, suggestions: error.suggestions }];
  }
}
