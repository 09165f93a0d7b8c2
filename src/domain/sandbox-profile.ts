import type { ContainerSpec, LocalhostLink, NetworkMode } from './container-engine.ts';
import { containerLabels } from './container-labels.ts';
import type { ContainerOwner } from './container-labels.ts';
import type { EffectivePlan, PlannedNetwork } from './effective-plan.ts';
import { environmentThroughGateway, throughGateway } from './localhost-values.ts';
import { SCRATCH, TMPFS } from './tmpfs.ts';

export type SandboxIdentity = Omit<ContainerOwner, 'token'>;

export interface SandboxRun {
  readonly name: string;
  readonly token: string;
  /** With its values expanded. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of a plan that reaches ports of this machine. */
  readonly link?: LocalhostLink | undefined;
  /** It stays up, and nobody is attached to it: the engine keeps what it writes, and starts it again. */
  readonly isService?: boolean;
}

/** The sandbox profile of design 5 around one plan: the same for gate, standby and session. */
export function sandboxSpec(plan: EffectivePlan, identity: SandboxIdentity, { name, token, environment, link, isService = false }: SandboxRun): ContainerSpec {
  const ports = link?.ports ?? [];
  return {
    name,
    image: plan.imageId,
    entrypoint: plan.entrypoint,
    command: plan.arguments.map((argument) => throughGateway(argument, ports)),
    environment: { HOME: '/tmp', ...environmentThroughGateway(environment, ports) },
    labels: containerLabels({ ...identity, token }),
    user: plan.user,
    workingDirectory: plan.workingDirectory ?? '/tmp',
    mounts: plan.mounts.map(({ mount }) => mount),
    tmpfs: { ...Object.fromEntries((plan.scratch ?? []).map((path) => [path, SCRATCH])), ...TMPFS },
    network: networkMode(plan.network, link),
    extraHosts: plan.network.kind === 'bridge' || plan.network.kind === 'named' ? ['host.docker.internal:host-gateway'] : [],
    memoryBytes: plan.memoryBytes,
    nanoCpus: plan.nanoCpus,
    pids: plan.pids,
    readOnlyRoot: true,
    capAdd: [],
    securityOptions: [],
    ...(isService ? { stdin: false, logDriver: 'local', restart: 'unless-stopped' } : { stdin: true, logDriver: 'none' }),
  };
}

function networkMode(network: PlannedNetwork, link: LocalhostLink | undefined): NetworkMode {
  if (network.kind !== 'localhost') return network;
  if (link === undefined) throw new Error(`a plan for ${network.ports.join(', ')} of this machine needs a link`);
  return { kind: 'named', name: link.name };
}
