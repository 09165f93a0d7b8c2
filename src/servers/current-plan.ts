import { CcMcpError } from '../domain/errors.ts';
import type { EffectivePlan } from '../domain/effective-plan.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { OpenedProject } from '../domain/project-grant.ts';
import type { ServerState } from '../domain/stores.ts';
import { serverTag } from './install/image-tags.ts';
import { effectivePlan, planWithProject } from './plan/effective-plan.ts';
import type { EffectivePlanRequest } from './plan/effective-plan.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { engineOfServer } from './engine-of-server.ts';
import { installCommand, readDockerServer } from './read-server.ts';
import type { InstalledServer } from './read-server.ts';

export interface CurrentPlan extends InstalledServer {
  readonly plan: EffectivePlan;
  readonly engine: ConnectedEngine;
  readonly state: ServerState;
  /** The same with the folder that `@project` stands for. */
  planFor(project: OpenedProject): Promise<EffectivePlan>;
}

/** What the manifest, the lock and this machine ask for now, whether or not it was agreed to. */
export async function currentPlan(ports: ServerPorts, location: ManifestLocation, name: string, signal?: AbortSignal): Promise<CurrentPlan> {
  const { server, entry, state: known } = await readDockerServer(ports, location, name);
  const state = known ?? (await stateOfImage(ports, name, server.image, entry.recipe, signal));
  const engine = await engineOfServer(ports, name, state, signal);
  const key = { manifestId: location.id, server: name };
  const [homeId, values, approval] = await Promise.all([ports.state.homeId(), ports.secrets.read(key), ports.approvals.read(key)]);
  const imageId = await imageOf(engine, name, server.image, serverTag(name, entry.source.version), state, server.source === undefined ? installCommand(name, server) : `cc-mcp install --manifest ${location.path}   builds what is missing as it is locked`, signal);
  const request: EffectivePlanRequest = {
    name, location, server, entry, imageId, homeId, engine, host: ports.host, files: ports.hostFiles, caBundle: ports.caBundle, remembered: Object.keys(values.remembered),
    allowedOutside: new Set(approval?.plan.mounts.flatMap(({ mount }) => (mount.kind === 'bind' ? [mount.source] : [])) ?? []),
  };
  const { plan } = await effectivePlan(request);
  return { server, entry, state, plan, engine, planFor: (project) => planWithProject(request, plan, project) };
}

/** The recorded image under its own tag; any other name in the manifest is looked up, and needs approval like every change. */
async function imageOf(engine: ConnectedEngine, name: string, asked: string | undefined, own: string, state: ServerState, install: string, signal?: AbortSignal): Promise<string> {
  const wanted = asked === undefined || asked === own ? state.imageId : asked;
  const image = await engine.images.inspectImage(wanted, signal);
  if (image !== undefined) return image.id;
  throw new CcMcpError('IMAGE_MISSING', `The image of ${name} (${asked ?? own}) is not on this engine`, { suggestions: [install] });
}

/** A server that this home never installed, whose image somebody put here: it can be agreed to like any other. */
async function stateOfImage(ports: ServerPorts, name: string, image: string | undefined, recipe: string, signal?: AbortSignal): Promise<ServerState> {
  const engine = await ports.engine.connect(signal);
  const details = image === undefined ? undefined : await engine.images.inspectImage(image, signal);
  if (details === undefined) throw new CcMcpError('IMAGE_MISSING', `${name} was never installed here`, { suggestions: ['cc-mcp install   builds what the lock says'] });
  return {
    imageId: details.id, recipe, enabled: false, clients: [], changedTools: [], installedAt: new Date(ports.clock.now()).toISOString(),
    engine: { address: engine.address, id: engine.info.id, kind: engine.info.kind },
  };
}
