import { enableServer } from '../enable-server.ts';
import { gateFailure } from '../gate-run.ts';
import type { InstallPorts } from '../ports.ts';
import { commitInstall } from './commit-install.ts';
import type { InstallRequest, InstallResult } from './install-request.ts';
import { provenBy } from './lock-entry.ts';
import { agree, beginOperation, planInstall, proveServer } from './prove-server.ts';
import type { PlannedInstall, ProvenInstall } from './prove-server.ts';
import { findInstalled, reinstallServer, replacedByInstall } from './reinstall-server.ts';
import { readRequest } from './wanted-server.ts';
import type { WantedServer } from './wanted-server.ts';

/** resolve → plan → consent → fetch → build → gate → commit → enable (design 4). Until the commit nothing that stands is touched. */
export async function installServer(ports: InstallPorts, request: InstallRequest, signal: AbortSignal): Promise<InstallResult> {
  const wanted = await readRequest(ports, request);
  // Two at once of the same server: the second waits, and then finds it installed.
  return ports.exclusively(`install-${request.location.id}-${wanted.name}`, () => installWanted(ports, request, wanted, signal), signal);
}

async function installWanted(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, signal: AbortSignal): Promise<InstallResult> {
  const there = await findInstalled(ports, request, wanted);
  if (there !== undefined) return reinstallServer(ports, request, wanted, there, signal);
  const replaced = await replacedByInstall(ports, request, wanted);
  const operation = await beginOperation(ports, request, wanted.name);
  await using _ = operation.journal;
  const planned = await planInstall(ports, request, wanted, operation, signal);
  const result = { changes: replaced, server: wanted.name, manifest: request.location.path, version: planned.resolution.version, plan: planned.plan, missing: wanted.values.missing };
  if (request.dryRun) return { ...result, outcome: 'planned', image: '', recipe: '', built: false, enabled: false };
  await agree(ports, planned.plan, request, { replaced });
  const done = await proveServer(ports, request, wanted, planned, operation, (proven) => commitProven(ports, request, wanted, planned, proven), signal);
  const installed = { ...result, ...done, outcome: 'installed' } as const;
  if (!request.enable) return { ...installed, enabled: false };
  return { ...installed, enabled: true, enabling: await enableServer(ports, { location: request.location, name: wanted.name }, signal) };
}

/** Writes what the gate proved; throws GATE_FAILED for what it did not. */
async function commitProven(ports: InstallPorts, { location, replaces }: InstallRequest, { name, server, values }: WantedServer, { engine, project }: PlannedInstall, proven: ProvenInstall): Promise<Pick<InstallResult, 'image' | 'recipe' | 'built' | 'asOf' | 'gate'>> {
  const { gate, image, entry, plan } = proven;
  if (gate.outcome === 'failed' || gate.proven === undefined) throw gateFailure(name, gate);
  const { proven: facts } = gate;
  await proven.commit(() => commitInstall(ports, engine, {
    location, name, server: { ...server, image: proven.tag }, values: values.values, plan, imageId: image.imageId, dependencies: image.dependencies,
    entry: { ...entry, proven: provenBy(facts, ports) }, project, ...(replaces?.text === undefined ? {} : { replaced: replaces.text }),
  }));
  ports.progress.report({ type: 'step-ended', step: 'commit', outcome: 'passed', label: `Installed ${name}`, milliseconds: 0 });
  return { image: image.imageId, recipe: image.recipe, built: image.built, ...(entry.source.asOf === undefined ? {} : { asOf: entry.source.asOf }), gate };
}
