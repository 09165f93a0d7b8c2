import { CcMcpError } from '../../domain/errors.ts';
import { resolveLimits } from '../../domain/limits.ts';
import { effectivePlan } from '../plan/effective-plan.ts';
import { prepareState } from '../plan/state-volumes.ts';
import { enableServer } from '../enable-server.ts';
import { checkNetwork } from '../check-network.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { findBaseImage } from './base-image.ts';
import type { BaseImage } from './base-image.ts';
import { commitInstall } from './commit-install.ts';
import { gateFailure, runGate } from './gate-run.ts';
import { releaseImage, serverTag, userTag } from './image-tags.ts';
import { installPlan, unaskedLines } from './install-plan.ts';
import type { InstallPlan, InstallRequest, InstallResult } from './install-request.ts';
import { lockEntry, provenBy } from './lock-entry.ts';
import { alreadyThere, readRequest } from './wanted-server.ts';
import type { WantedServer } from './wanted-server.ts';
import { resolveVersion } from './resolve-version.ts';
import { serverImage } from './server-image.ts';

/** resolve → plan → consent → fetch → build → gate → commit → enable (design 4). Until the commit nothing that stands is touched. */
export async function installServer(ports: InstallPorts, request: InstallRequest, signal: AbortSignal): Promise<InstallResult> {
  const wanted = await readRequest(ports, request);
  const same = await alreadyThere(ports, request, wanted, signal);
  if (same !== undefined) return same;
  const engine = await ports.engine.connect(signal);
  const source = ports.source(wanted.offered.source.type, engine);
  source.validate(wanted.offered.source.package, wanted.offered.source.version);
  source.validateOverrides(wanted.overrides);
  const resolution = await resolveVersion(ports, wanted, source, signal);
  const base = await baseImageOf(ports, engine, source.base, signal);
  const planned = planOf(request, wanted, resolution.version, base, source.template.name, engine);
  const result = { server: wanted.name, manifest: request.location.path, version: resolution.version, plan: planned, missing: wanted.values.missing };
  if (request.dryRun) return { ...result, outcome: 'planned', image: '', recipe: '', built: false, enabled: false };
  await agree(ports, planned, request);
  await checkNetwork(engine, wanted.server.network, signal);
  const done = await withJournal(ports, request, wanted, { engine, source, base, resolution }, signal);
  const installed = { ...result, ...done, outcome: 'installed' } as const;
  if (!request.enable) return { ...installed, enabled: false };
  await enableServer(ports, { location: request.location, name: wanted.name }, signal);
  return { ...installed, enabled: true };
}

interface Found {
  readonly engine: ConnectedEngine;
  readonly source: ReturnType<InstallPorts['source']>;
  readonly base: BaseImage;
  readonly resolution: Awaited<ReturnType<typeof resolveVersion>>;
}

/** Build, gate and commit, under a journal entry by which the next command takes away what a crash leaves. */
async function withJournal(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, found: Found, signal: AbortSignal): Promise<Pick<InstallResult, 'image' | 'recipe' | 'built' | 'gate'>> {
  const { location } = request;
  const homeId = await ports.state.homeId();
  const token = ports.newToken();
  const tags = [serverTag(wanted.name, found.resolution.version), userTag(homeId, location.id, wanted.name)] as const;
  await using journal = await ports.journal.begin({
    operation: 'install', token, manifestId: location.id, manifestPath: location.path, server: wanted.name, images: [tags[1]], committing: false,
  });
  try {
    return await buildAndProve(ports, request, wanted, found, { homeId, token, tags, journal }, signal);
  } catch (error) {
    // Not by the caller's signal, which may have been what ended it. An image that failed its gate goes again.
    if (!(await ports.manifests.read(location)).servers.has(wanted.name)) {
      const image = await found.engine.images.inspectImage(tags[1]);
      if (image !== undefined) await releaseImage(found.engine, image.id, tags[1]);
    }
    throw error;
  }
}

interface Operation {
  readonly homeId: string;
  readonly token: string;
  readonly tags: readonly [string, string];
  readonly journal: Awaited<ReturnType<InstallPorts['journal']['begin']>>;
}

async function buildAndProve(ports: InstallPorts, request: InstallRequest, wanted: WantedServer, { engine, source, base, resolution }: Found, { homeId, token, tags, journal }: Operation, signal: AbortSignal): Promise<Pick<InstallResult, 'image' | 'recipe' | 'built' | 'gate'>> {
  const { location } = request;
  const { name, server } = wanted;
  const image = await serverImage(ports, {
    engine, source, package: wanted.offered.source.package, version: resolution.version, resolve: resolution.details, base, overrides: wanted.overrides,
    bin: server.source?.bin, allowScripts: server.permissions.scripts, tags,
  }, signal);
  const entry = lockEntry(wanted, resolution.version, base, image);
  const { plan } = await effectivePlan({
    name, location, server, entry, imageId: image.imageId, homeId, engine, host: ports.host, files: ports.hostFiles, caBundle: ports.caBundle,
    remembered: Object.keys(wanted.values.values.remembered), allowedOutside: 'any',
  });
  await prepareState(ports, engine, { plan, homeId, manifestId: location.id, server: name, token, baseImage: base.reference, recipe: image.recipe }, signal);
  const gate = await runGate(ports, engine, { name, token, plan, offered: wanted.offered, values: wanted.values.values, full: request.test, homeId, manifestId: location.id, recipe: image.recipe }, signal);
  if (gate.outcome === 'failed' || gate.proven === undefined) throw gateFailure(name, gate);
  signal.throwIfAborted();
  await journal.update({ committing: true });
  await commitInstall(ports, engine, {
    location, name, server: { ...server, image: tags[0] }, values: wanted.values.values, plan, imageId: image.imageId, dependencies: image.dependencies,
    entry: { ...entry, proven: provenBy(gate.proven, ports) },
  });
  ports.progress.report({ type: 'step-ended', step: 'commit', outcome: 'passed', label: `Installed ${name}`, milliseconds: 0 });
  return { image: image.imageId, recipe: image.recipe, built: image.built, gate };
}

async function baseImageOf(ports: InstallPorts, engine: ConnectedEngine, base: { readonly key: string; readonly image: string }, signal: AbortSignal): Promise<BaseImage> {
  const { images } = await ports.configuration.read();
  return findBaseImage(images.bases[base.key] ?? base.image, engine, images, (line) => ports.progress.report({ type: 'step-output', step: 'resolve', line }), signal);
}

function planOf(request: InstallRequest, wanted: WantedServer, version: string, base: BaseImage, template: string, engine: ConnectedEngine): InstallPlan {
  // Limits that this engine cannot give are refused before anything is downloaded.
  resolveLimits(wanted.server.limits, engine.info);
  return installPlan({ name: wanted.name, request, offered: wanted.offered, fromIndex: wanted.fromIndex, version, server: wanted.server, base, template, missing: wanted.values.missing });
}

async function agree(ports: InstallPorts, plan: InstallPlan, request: InstallRequest): Promise<void> {
  const lines = unaskedLines(plan, request);
  if (lines.length === 0) return;
  const agreed = await ports.consent.confirm({ lines, question: `Install ${plan.server} with these permissions?`, flag: '--yes' });
  if (!agreed) throw new CcMcpError('REFUSED', `${plan.server} was not installed`);
}
