import type { ContainerSpec } from '../domain/container-engine.ts';
import { DEFAULT_BASES } from '../domain/base-images.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { EffectivePlan } from '../domain/effective-plan.ts';
import type { GateReport } from '../domain/gate-report.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { ManifestLimits, ManifestLocation } from '../domain/manifest.ts';
import type { MarketplacePackage } from '../domain/package.ts';
import { sandboxSpec } from '../domain/sandbox-profile.ts';
import type { WantedService } from '../domain/service.ts';
import type { ServerValues } from '../domain/stores.ts';
import { expandTemplate } from '../domain/values.ts';
import type { ServiceAccess } from '../gate/gate-service.ts';
import type { GateRequest, GrantedReach } from '../gate/gate-request.ts';
import type { OtherServer } from '../gate/poisoning/find-poisoning.ts';
import { findBaseImage } from './install/base-image.ts';
import { pullGatewayImage } from './plan/gateway-image.ts';
import { linkWithImage } from './plan/localhost-link.ts';
import type { ConnectedEngine, InstallPorts } from './ports.ts';

export interface GateRun {
  readonly name: string;
  readonly token: string;
  readonly plan: EffectivePlan;
  /** What the index says of its tests; a package that no index names has none. */
  readonly offered?: MarketplacePackage;
  readonly values: ServerValues;
  readonly full: boolean;
  readonly homeId: string;
  readonly location: ManifestLocation;
  readonly source: Pick<LockEntry['source'], 'type' | 'package'>;
  readonly recipe: string;
  readonly limits: ManifestLimits;
}

/** The gate with the exact final settings, but without the user's secrets where an example does. */
export async function runGate(ports: InstallPorts, engine: ConnectedEngine, run: GateRun, signal: AbortSignal): Promise<GateReport> {
  const { images } = await ports.configuration.read();
  const companion = run.full ? run.offered?.tests.companion : undefined;
  const companionImage = companion === undefined ? undefined : await findBaseImage(ports, companion.image, engine, images, signal);
  const identity = { home: run.homeId, manifestId: run.location.id, server: run.name, recipe: run.recipe, version: ports.version };
  const link = await linkWithImage(ports, engine, run.plan, { ...identity, token: run.token }, signal);
  await using held = new AsyncDisposableStack();
  // Beside a companion it reaches that, and nothing of this machine.
  let nameServers: readonly string[] = [];
  if (link !== undefined && companionImage === undefined) {
    held.defer(async () => void (await engine.containers.closeLink(link.name)));
    nameServers = [(await engine.containers.openLink(link, signal)).nameServer];
  }
  const name = `cc-mcp-gate-${run.token}`;
  const settings = { name, token: run.token, environment: gateEnvironment(ports, run), link };
  const service = run.plan.service === undefined ? undefined : await serviceAccess(ports, engine, run.name, run.plan.service, signal);
  const spec = service === undefined ? sandboxSpec(run.plan, identity, settings) : await asService(engine, sandboxSpec(run.plan, identity, { ...settings, isService: true }), held, signal);
  return await ports.tester(engine).test({
    name: run.name,
    spec: nameServers.length === 0 ? spec : { ...spec, nameServers },
    roots: run.plan.mounts.flatMap(({ mount }) => (mount.kind === 'bind' && !mount.target.startsWith('/run/') ? [mount.target] : [])),
    full: run.full,
    others: await otherServers(ports, run),
    gateway: await gateway(ports, engine, run, signal),
    reach: { granted: GRANTED[run.plan.network.kind], ...(run.offered === undefined ? {} : { asked: run.offered.permissions.net }) },
    memory: run.limits.memory ?? DEFAULT_LIMITS.memory,
    secrets: Object.values(run.values.secrets),
    ...(run.offered === undefined ? {} : { package: run.offered }),
    ...(companionImage === undefined ? {} : { companionImage: companionImage.reference }),
    ...(service === undefined ? {} : { service }),
  }, signal);
}

/** How the gate reaches a server that listens: as its clients will. */
async function serviceAccess(ports: InstallPorts, engine: ConnectedEngine, server: string, wanted: WantedService, signal: AbortSignal): Promise<ServiceAccess> {
  const image = await pullGatewayImage(ports, engine, server, signal);
  const random = Number.parseInt(ports.newToken().slice(0, 8), 16);
  let tried = 0;
  return {
    wanted, doors: ports.doors, image, program: await ports.gatewayProgram(), newToken: ports.newToken,
    freePort: async () => ports.freePort(random + tried++, new Set((await ports.state.servers()).flatMap(({ state }) => state.servicePort ?? []))),
  };
}

/** On a network that a front can be put on; and ended once, as whoever tests it ends it. */
async function asService(engine: ConnectedEngine, { restart: _, ...spec }: ContainerSpec, held: AsyncDisposableStack, signal: AbortSignal): Promise<ContainerSpec> {
  const tested = { ...spec, logDriver: 'none' } as const;
  if (spec.network.kind === 'named') return tested;
  const network = `${spec.name}-net-service`;
  held.defer(() => engine.containers.removeNetwork(network));
  await engine.containers.createNetwork({ name: network, labels: spec.labels, internal: spec.network.kind === 'none' }, signal);
  return { ...tested, network: { kind: 'named', name: network } };
}

const GRANTED = { none: 'nothing', localhost: 'nothing', bridge: 'everything', named: 'network' } as const satisfies Record<EffectivePlan['network']['kind'], GrantedReach>;

/** What watches its hosts: the gate goes on without it where its image cannot be had. */
async function gateway(ports: InstallPorts, engine: ConnectedEngine, { full }: GateRun, signal: AbortSignal): Promise<GateRequest['gateway']> {
  if (!full) return 'use --test';
  const { images } = await ports.configuration.read();
  try {
    const { reference } = await findBaseImage(ports, images.bases['node'] ?? DEFAULT_BASES.node, engine, images, signal);
    return { image: reference, program: await ports.gatewayProgram() };
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'SOURCE_UNREACHABLE') throw error;
    return `its hosts were not watched: ${error.message}`;
  }
}

/** What the same clients get beside it. The same package under another name is no stranger. */
async function otherServers({ locks }: InstallPorts, { name, location, source }: GateRun): Promise<readonly OtherServer[]> {
  const { servers } = await locks.read(location);
  return Object.entries(servers).flatMap(([server, entry]) => {
    const same = server === name || (entry.source.type === source.type && entry.source.package === source.package);
    return same ? [] : [{ server, tools: Object.keys(entry.proven.tools) }];
  });
}

/** A declared secret is replaced by the package's example; what no package declares is needed as it is. What nobody gave the gate fills in itself. */
function gateEnvironment(ports: InstallPorts, { plan, offered, values }: GateRun): Record<string, string> {
  const examples = Object.fromEntries(offered?.configuration.flatMap(({ name, secret, example }) => (secret && example !== undefined ? [[name, example]] : [])) ?? []);
  const sources = { environment: ports.environment, secrets: { ...values.secrets, ...examples }, remembered: values.remembered };
  const environment: Record<string, string> = {};
  for (const [name, origin] of Object.entries(plan.environment)) {
    if (origin.kind === 'literal') {
      environment[name] = origin.value;
      continue;
    }
    const expanded = expandTemplate(origin.template, sources);
    if ('value' in expanded) environment[name] = expanded.value;
  }
  return environment;
}

export function gateFailure(name: string, gate: GateReport): CcMcpError {
  const failed = gate.steps.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  return new CcMcpError('GATE_FAILED', first === undefined ? `${name} was not proven` : `${name} did not pass: ${first.reason}`, {
    suggestions: failed.flatMap(({ suggestions }) => suggestions),
    details: { steps: gate.steps.map(({ step, outcome, title, reason, suggestions, milliseconds, dependency }) => ({ step, outcome, title, reason, suggestions, milliseconds, ...(dependency === undefined ? {} : { dependency }) })) },
  });
}
