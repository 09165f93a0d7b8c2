import { CcMcpError } from '../../domain/errors.ts';
import type { GateReport } from '../../domain/gate-report.ts';
import type { ManifestLocation } from '../../domain/manifest.ts';
import { approvedPlan } from '../approved-plan.ts';
import { currentPlan } from '../current-plan.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { asItIsNow } from './install-locked.ts';
import { installLockedServer } from './install-locked-server.ts';
import type { LockedInstallRequest } from './locked-install-request.ts';
import { lockedServer } from './locked-server.ts';
import type { LockedServer } from './locked-server.ts';

export interface RebuildRequest {
  readonly location: ManifestLocation;
  readonly name: string;
  /** The full gate. */
  readonly test: boolean;
}

export interface RebuildResult {
  /** `unchanged`: what there is to build is what was built. */
  readonly outcome: 'rebuilt' | 'unchanged';
  readonly server: string;
  readonly manifest: string;
  readonly version: string;
  readonly image: string;
  readonly recipe: string;
  readonly enabled: boolean;
  readonly gate?: GateReport;
}

/**
 * Builds an installed server again: a folder as it is now, anything else as it is locked; through the gate, beside what runs. Only the
 * code may have changed: settings that nobody agreed to are for `approve`.
 */
export async function rebuildServer(ports: InstallPorts, request: RebuildRequest, signal: AbortSignal): Promise<RebuildResult> {
  return ports.exclusively(`install-${request.location.id}-${request.name}`, () => rebuild(ports, request, signal), signal);
}

async function rebuild(ports: InstallPorts, { location, name, test }: RebuildRequest, signal: AbortSignal): Promise<RebuildResult> {
  const { plan, engine, server, state } = await currentPlan(ports, location, name, signal);
  const { source } = server;
  if (source === undefined) throw new CcMcpError('UNSUPPORTED', `${name} has no source in ${location.path}, so there is nothing to build`, { suggestions: ['cc-mcp install REFERENCE'] });
  await approvedPlan(ports, { manifestId: location.id, server: name }, name, plan);
  const found = await wantedNow(ports, engine, location, name, { ...server, source }, signal);
  const result = { server: name, manifest: location.path, enabled: state.enabled };
  if (found.locked?.entry.recipe === state.recipe) return { ...result, outcome: 'unchanged', version: found.locked.entry.source.version, image: state.imageId, recipe: state.recipe };
  const install: LockedInstallRequest = { location, frozen: false, allowScripts: server.permissions.scripts, test, enable: false, dryRun: false };
  const { version, image, recipe, gate } = await installLockedServer(ports, install, engine, found, signal);
  return { ...result, outcome: 'rebuilt', version, image, recipe, ...(gate === undefined ? {} : { gate }) };
}

async function wantedNow(ports: InstallPorts, engine: ConnectedEngine, location: ManifestLocation, name: string, server: LockedServer['server'], signal: AbortSignal): Promise<LockedServer> {
  return asItIsNow(ports, engine, location, await lockedServer(ports, location, name, server, await ports.locks.read(location)), signal);
}
