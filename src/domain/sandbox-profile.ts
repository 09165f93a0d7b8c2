import { LABEL } from './container-engine.ts';
import type { ContainerSpec, Labels } from './container-engine.ts';
import type { EffectivePlan } from './effective-plan.ts';

export const TMPFS = { '/tmp': 'rw,nosuid,nodev,noexec,size=64m,mode=1777' } as const;

export interface SandboxIdentity {
  readonly home: string;
  readonly manifestId: string;
  readonly server: string;
  readonly recipe: string;
  readonly version: string;
}

/** Every label key of ours, explicitly: an image hands its own labels down to its containers. */
function serverLabels(identity: SandboxIdentity, token: string): Labels {
  return {
    [LABEL.home]: identity.home,
    [LABEL.manifest]: identity.manifestId,
    [LABEL.server]: identity.server,
    [LABEL.token]: token,
    [LABEL.recipe]: identity.recipe,
    [LABEL.version]: identity.version,
  };
}

/** The sandbox profile of design 5 around one plan: the same for gate, standby and session. `environment` has its values expanded. */
export function sandboxSpec(plan: EffectivePlan, identity: SandboxIdentity, run: { readonly name: string; readonly token: string; readonly environment: Readonly<Record<string, string>> }): ContainerSpec {
  return {
    name: run.name,
    image: plan.imageId,
    entrypoint: plan.entrypoint,
    command: plan.arguments,
    environment: { HOME: '/tmp', ...run.environment },
    labels: serverLabels(identity, run.token),
    user: plan.user,
    workingDirectory: '/tmp',
    mounts: plan.mounts.map(({ mount }) => mount),
    tmpfs: TMPFS,
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
