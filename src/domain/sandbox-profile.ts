import type { ContainerSpec } from './container-engine.ts';
import { containerLabels } from './container-labels.ts';
import type { ContainerOwner } from './container-labels.ts';
import type { EffectivePlan } from './effective-plan.ts';

const SCRATCH = 'rw,nosuid,nodev,noexec,size=64m,mode=1777';
export const TMPFS = { '/tmp': SCRATCH } as const;

export type SandboxIdentity = Omit<ContainerOwner, 'token'>;

/** The sandbox profile of design 5 around one plan: the same for gate, standby and session. `environment` has its values expanded. */
export function sandboxSpec(plan: EffectivePlan, identity: SandboxIdentity, run: { readonly name: string; readonly token: string; readonly environment: Readonly<Record<string, string>> }): ContainerSpec {
  return {
    name: run.name,
    image: plan.imageId,
    entrypoint: plan.entrypoint,
    command: plan.arguments,
    environment: { HOME: '/tmp', ...run.environment },
    labels: containerLabels({ ...identity, token: run.token }),
    user: plan.user,
    workingDirectory: plan.workingDirectory ?? '/tmp',
    mounts: plan.mounts.map(({ mount }) => mount),
    tmpfs: { ...Object.fromEntries((plan.scratch ?? []).map((path) => [path, SCRATCH])), ...TMPFS },
    network: plan.network,
    extraHosts: plan.network.kind === 'none' ? [] : ['host.docker.internal:host-gateway'],
    memoryBytes: plan.memoryBytes,
    nanoCpus: plan.nanoCpus,
    pids: plan.pids,
    readOnlyRoot: true,
    capAdd: [],
    securityOptions: [],
    stdin: true,
    logDriver: 'none',
  };
}
