import { join } from 'node:path';
import type { EffectivePlan, SessionRecipe } from '../domain/effective-plan.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { OpenedProject } from '../domain/project-grant.ts';
import { planHash } from '../domain/plan-hash.ts';
import { standbyBudget } from '../domain/standby-budget.ts';
import { linkOf } from './plan/localhost-link.ts';
import type { ConnectedEngine, ServerPorts } from './ports.ts';
import { serviceRecipe } from './plan/service-recipe.ts';
import { sessionRecipe } from './session-recipe.ts';

export interface RecipeFacts {
  readonly location: ManifestLocation;
  readonly name: string;
  readonly plan: EffectivePlan;
  readonly entry: LockEntry;
  /** Only an enabled server has a standby. */
  readonly enabled: boolean;
  /** Whose plan it is; absent of a plan with `@project`: a recipe that only says that each project has its own. */
  readonly project?: OpenedProject;
}

/** Writes what `run` starts from, with the hashes of the files that it was made from. */
export async function writeRecipe(ports: ServerPorts, engine: Pick<ConnectedEngine, 'address' | 'info' | 'containers' | 'images'>, facts: RecipeFacts): Promise<SessionRecipe> {
  const { location, name, plan, entry, enabled, project } = facts;
  const key = { manifestId: location.id, server: name };
  const secretsFile = ports.secrets.file(key);
  const files = [location.path, join(location.folder, 'mcp.lock.json'), secretsFile];
  const homeId = await ports.state.homeId();
  const link = await linkOf(ports, engine, plan, { home: homeId, manifestId: location.id, server: name, token: '', recipe: entry.recipe, version: ports.version });
  // Before the hashes: its token stands among the secrets.
  const service = await serviceRecipe(ports, engine, { key, plan, entry, link, isKept: enabled });
  const inputs = Object.fromEntries(await Promise.all(files.map(async (path) => [path, await ports.hashFile(path)] as const)));
  const { run, standby } = await ports.configuration.read();
  await ports.standbys.setBudget(standbyBudget(engine.info.memoryBytes, standby.memory));
  const recipe = sessionRecipe({
    location, name, plan, entry, enabled, inputs, ...(project === undefined ? {} : { project }), secretsFile, approval: planHash(plan), createBody: (spec) => engine.containers.createBody(spec), caBundle: ports.caBundle,
    engine: { address: engine.address, id: engine.info.id, kind: engine.info.kind }, logFolder: ports.logFolder(location.id, name), waitForEngineSeconds: run.waitForEngine,
    homeId, version: ports.version, link, service,
  });
  await ports.recipes.write(recipe);
  return recipe;
}
