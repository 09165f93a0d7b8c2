import type { EffectivePlan, ServiceRecipe, SessionRecipe } from '../domain/effective-plan.ts';
import { sandboxSpec } from '../domain/sandbox-profile.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ContainerEngine, EngineAddress, LocalhostLink } from '../domain/container-engine.ts';
import type { OpenedProject } from '../domain/project-grant.ts';
import { isShortLived } from './plan/effective-plan.ts';

export interface RecipeRequest {
  readonly location: ManifestLocation;
  readonly name: string;
  readonly plan: EffectivePlan;
  readonly entry: LockEntry;
  readonly enabled: boolean;
  readonly project?: OpenedProject;
  readonly approval: string;
  readonly engine: { readonly address: EngineAddress; readonly id: string; readonly kind: 'docker' | 'podman' };
  readonly createBody: ContainerEngine['createBody'];
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly secretsFile: string;
  readonly caBundle: string | undefined;
  readonly logFolder: string;
  readonly waitForEngineSeconds: number;
  readonly homeId: string;
  readonly version: string;
  readonly link: LocalhostLink | undefined;
  readonly service: ServiceRecipe | undefined;
}

/** All that `run` needs to start this server without looking anything up again. */
export function sessionRecipe(request: RecipeRequest): SessionRecipe {
  const { plan, location, entry } = request;
  const perProject = plan.project !== undefined && request.project === undefined;
  const identity = { home: request.homeId, manifestId: location.id, server: request.name, recipe: entry.recipe, version: request.version };
  const body = { ...request.createBody(sandboxSpec(plan, identity, { name: 'set-by-run', token: '', environment: {}, link: request.link, isService: request.service !== undefined })) };
  delete body['Env'];
  return {
    version: 1,
    home: request.homeId,
    manifestId: location.id,
    manifestPath: location.path,
    server: request.name,
    ccMcpVersion: request.version,
    engine: request.engine,
    inputs: request.inputs,
    approval: request.approval,
    body,
    environment: { HOME: { kind: 'literal', value: '/tmp' }, ...plan.environment },
    secretsFile: request.secretsFile,
    mounts: plan.mounts,
    ...(request.caBundle === undefined || plan.network.kind === 'none' ? {} : { caBundle: request.caBundle }),
    ...(request.link === undefined ? {} : { link: request.link }),
    ...(request.service === undefined ? {} : { service: request.service }),
    imageId: plan.imageId,
    nanoCpus: plan.nanoCpus,
    memoryBytes: plan.memoryBytes,
    standby: request.enabled && !perProject ? plan.standby : 'off',
    shortLived: isShortLived(plan),
    era: entry.proven.era,
    tools: entry.proven.tools,
    logFolder: request.logFolder,
    waitForEngineSeconds: request.waitForEngineSeconds,
    ...(perProject ? { perProject } : {}),
    ...(request.project === undefined ? {} : { project: request.project }),
  };
}
