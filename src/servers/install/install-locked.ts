import { CcMcpError } from '../../domain/errors.ts';
import { resolveLimits } from '../../domain/limits.ts';
import type { ManifestLocation, ManifestServer } from '../../domain/manifest.ts';
import { approvedPlan } from '../approved-plan.ts';
import { checkNetwork } from '../check-network.ts';
import { currentPlan } from '../current-plan.ts';
import { enableServer } from '../enable-server.ts';
import { checkedGrants } from '../plan/effective-plan.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { inTurn } from './in-turn.ts';
import type { Turn } from './in-turn.ts';
import { installLockedServer } from './install-locked-server.ts';
import { grantedProject } from './granted-project.ts';
import { installPlan } from './install-plan.ts';
import type { InstallPlan } from './install-request.ts';
import type { LockedInstallRequest, LockedInstallResult, LockedServerResult } from './locked-install-request.ts';
import { lockedServer } from './locked-server.ts';
import type { LockedServer } from './locked-server.ts';
import { openSource } from './open-source.ts';
import { newOwner } from './prove-server.ts';

/** Everything in the manifest, exactly as locked: one plan for all, one question, then each server on its own, built while the one before is proven. */
export async function installLocked(ports: InstallPorts, request: LockedInstallRequest, signal: AbortSignal): Promise<LockedInstallResult> {
  const { location } = request;
  const manifest = await ports.manifests.read(location);
  const servers = [...manifest.servers].filter((each): each is [string, LockedServer['server']] => isLockable(each[1]));
  if (servers.length === 0) throw nothingToInstall(location, [...manifest.servers.keys()]);
  const engine = await ports.engine.connect(signal);
  const lock = await ports.locks.read(location);
  const wanted: LockedServer[] = [];
  const upToDate: LockedServerResult[] = [];
  for (const [name, server] of servers) {
    ports.source(server.source.type, engine, await newOwner(ports, location, name)).validate(server.source.package, server.source.version);
    const found = await asItIsNow(ports, engine, location, await lockedServer(ports, location, name, server, lock), signal);
    const there = found.locked === undefined ? undefined : await installedAlready(ports, location, found, signal);
    if (there === undefined) wanted.push(found);
    else upToDate.push(there);
  }
  if (request.frozen) refuseDifferences(location, wanted);
  const plans = await Promise.all(wanted.map((each) => planOf(ports, request, engine, each, signal)));
  if (request.dryRun) return { manifest: location.path, servers: [...upToDate, ...wanted.map((each, index) => planned(each, plans[index]))] };
  await agreeToAll(ports, plans, wanted, request);
  const done = await inTurn([...wanted.entries()], ports.progress, ([index, each], turn) => {
    // The steps that follow do not say whose they are.
    if (wanted.length > 1) turn.progress.report({ type: 'note', text: `${each.name} (${index + 1} of ${wanted.length})` });
    return installOne(ports, { ...request, turn }, engine, each, plans[index], signal);
  });
  const all = [...upToDate, ...done];
  return { manifest: location.path, servers: request.enable ? await enableAll(ports, location, all, signal) : all };
}

/** A folder that changed since it was locked is not what the lock describes. */
export async function asItIsNow(ports: InstallPorts, engine: ConnectedEngine, location: ManifestLocation, found: LockedServer, signal: AbortSignal): Promise<LockedServer> {
  const { server, locked } = found;
  if (server.source.type !== 'local' || locked === undefined) return found;
  const opened = await openSource(ports, engine, await newOwner(ports, location, found.name), location, server.source, { typed: false, dockerfile: server.source.dockerfile, signal });
  return opened.tree === locked.entry.tree ? found : { ...found, locked: undefined, earlier: locked.dependencies, difference: `${server.source.package} has changed since it was locked` };
}

function isLockable(server: ManifestServer): server is LockedServer['server'] {
  return server.mode === 'docker' && server.source !== undefined;
}

function nothingToInstall(location: ManifestLocation, names: readonly string[]): CcMcpError {
  if (names.length > 0) {
    return new CcMcpError('SERVER_NOT_FOUND', `No server of ${location.path} is one that cc-mcp installs: they are external, or have no source`, { suggestions: ['cc-mcp install REFERENCE'] });
  }
  return new CcMcpError('SERVER_NOT_FOUND', `There is no server in ${location.path}`, { suggestions: ['cc-mcp search WORD, then cc-mcp install NAME'] });
}

/** Installed from this very lock, and agreed to as it stands. */
async function installedAlready(ports: InstallPorts, location: ManifestLocation, { name, locked }: LockedServer, signal: AbortSignal): Promise<LockedServerResult | undefined> {
  const key = { manifestId: location.id, server: name };
  const state = await ports.state.readServer(key);
  if (locked === undefined || state?.recipe !== locked.entry.recipe) return undefined;
  try {
    const { plan } = await currentPlan(ports, location, name, signal);
    await approvedPlan(ports, key, name, plan);
  } catch (error) {
    if (!(error instanceof CcMcpError) || (error.code !== 'NOT_APPROVED' && error.code !== 'IMAGE_MISSING')) throw error;
    return undefined;
  }
  return {
    server: name, outcome: 'up-to-date', version: locked.entry.source.version, image: state.imageId, recipe: state.recipe, built: false, enabled: state.enabled, missing: [],
  };
}

function refuseDifferences(location: ManifestLocation, wanted: readonly LockedServer[]): void {
  const different = wanted.flatMap(({ name, difference }) => (difference === undefined ? [] : [`${name}: ${difference}`]));
  if (different.length === 0) return;
  throw new CcMcpError('LOCK_INVALID', `${location.path} and its lock do not fit, and --frozen changes nothing: ${different.join('; ')}`, {
    suggestions: ['cc-mcp install   without --frozen, then commit mcp.lock.json and mcp.lock.d'], details: { servers: different },
  });
}

/** What this engine cannot give, and what a project's manifest may not ask, is refused before anything is downloaded. */
async function planOf(ports: InstallPorts, request: LockedInstallRequest, engine: ConnectedEngine, wanted: LockedServer, signal: AbortSignal): Promise<InstallPlan> {
  const { name, server, offered, fromIndex, locked } = wanted;
  resolveLimits(server.limits, engine.info);
  await checkNetwork(engine, server.network, signal);
  const project = await grantedProject(ports, name, server);
  await checkedGrants({ server, location: request.location, host: ports.host, files: ports.hostFiles, allowedOutside: new Set(), engine, ...(project === undefined ? {} : { project }) });
  if (server.permissions.scripts && !request.allowScripts) {
    const what = server.source.dockerfile === undefined ? 'with lifecycle scripts: code of its packages' : `by a Dockerfile of its own${server.source.dockerfile.network ? ', with network' : ''}: code of its steps`;
    throw new CcMcpError('CONSENT_NEEDED', `${name} is built ${what} that runs while it is built`, { suggestions: ['cc-mcp install --allow-scripts   agrees to that'] });
  }
  const known = ports.source(server.source.type, engine, await newOwner(ports, request.location, name)).known();
  known?.validateOverrides(server.source.overrides);
  const base = locked?.entry.base ?? { image: known?.base.image ?? 'of the runtime that it needs', digest: 'as it is now' };
  const plan = installPlan({
    name, request, offered, fromIndex, version: locked?.entry.source.version ?? server.source.version ?? 'the newest', server,
    base: { canonical: base.image, reference: base.image, digest: base.digest }, template: locked?.entry.template.name ?? known?.template.name ?? 'of the runtime that it needs', missing: [], project,
  });
  return { ...plan, code: plan.code.map((part) => (isAsked(part) ? { ...part, origin: locked === undefined ? 'mcp.json' : 'mcp.json and its lock' } : part)) };
}

/** What the manifest asks for, and cc-mcp does not choose by itself. */
function isAsked({ what }: InstallPlan['code'][number]): boolean {
  return what === 'package' || what === 'dependencies' || what === 'override' || what === 'system package' || what === 'Dockerfile';
}

function planned({ name, locked }: LockedServer, plan: InstallPlan | undefined): LockedServerResult {
  return {
    server: name, outcome: 'planned', version: locked?.entry.source.version ?? '', image: '', recipe: locked?.entry.recipe ?? '', built: false, enabled: false, missing: [], ...(plan === undefined ? {} : { plan }),
  };
}

async function agreeToAll(ports: InstallPorts, plans: readonly InstallPlan[], wanted: readonly LockedServer[], { location }: LockedInstallRequest): Promise<void> {
  if (plans.length === 0) return;
  const lines = plans.flatMap((plan, index) => planLines(plan, wanted[index]?.difference));
  const question = plans.length === 1 ? `Install ${plans[0]?.server ?? ''} of ${location.path} with this?` : `Install these ${plans.length} servers of ${location.path} with this?`;
  if (!(await ports.consent.confirm({ lines, question, flag: '--yes' }))) throw new CcMcpError('REFUSED', 'Nothing was installed');
}

/** A server's part of the one plan: what comes in, and everything that it may do. */
function planLines({ server, code, permissions, arguments: words, environment }: InstallPlan, difference: string | undefined): readonly string[] {
  const names = Object.entries(environment).map(([name, origin]) => `${name} from ${origin}`);
  const rights = [
    ['network', permissions.net === 'none' ? [] : [permissions.net]], ['reads', permissions.read], ['writes', permissions.write], ['volumes', permissions.volumes],
    ['sees', [...permissions.env, ...names]], ['arguments', words], ['scripts', permissions.scripts ? ['run while it is built'] : []],
  ] as const;
  const granted = rights.filter(([, items]) => items.length > 0).map(([what, items]) => `  ${what} ${items.join(', ')}`);
  return [
    `${server}: ${code.filter(isAsked).map(({ name }) => name).join(', ')}`,
    ...(difference === undefined ? [] : [`  resolved anew: ${difference}`]),
    ...(granted.length === 0 ? ['  no network, no files, no variables'] : granted),
  ];
}

/** One that fails does not stop the others; an engine that is gone, and the user, do. */
async function installOne(ports: InstallPorts, request: LockedInstallRequest & { readonly turn: Turn }, engine: ConnectedEngine, wanted: LockedServer, plan: InstallPlan | undefined, signal: AbortSignal): Promise<LockedServerResult> {
  const { name, locked } = wanted;
  try {
    const result = await ports.exclusively(`install-${request.location.id}-${name}`, () => installLockedServer(ports, { ...request, asked: true }, engine, wanted, signal), signal);
    return { server: name, outcome: 'installed', enabled: false, ...result, ...(plan === undefined ? {} : { plan }) };
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code === 'ENGINE_UNREACHABLE' || signal.aborted) throw error;
    const { code, message, suggestions } = error;
    return { server: name, outcome: 'failed', version: locked?.entry.source.version ?? '', image: '', recipe: '', built: false, enabled: false, missing: [], error: { code, message, suggestions } };
  }
}

/** Those that lack a value stay disabled, and the result names it. */
async function enableAll(ports: InstallPorts, location: ManifestLocation, servers: readonly LockedServerResult[], signal: AbortSignal): Promise<readonly LockedServerResult[]> {
  const done: LockedServerResult[] = [];
  for (const each of servers) {
    if (each.outcome === 'failed' || each.missing.length > 0) done.push(each);
    else {
      await enableServer(ports, { location, name: each.server }, signal);
      done.push({ ...each, enabled: true });
    }
  }
  return done;
}
