import { CcMcpError } from '../domain/errors.ts';
import type { SessionRecipe } from '../domain/effective-plan.ts';
import { approvedPlan } from './approved-plan.ts';
import { currentPlan } from './current-plan.ts';
import { missingValues } from './missing-values.ts';
import type { ServerPorts } from './ports.ts';
import { sessionPlan } from './open-project.ts';
import { installCommand, withValues } from './read-server.ts';
import { writeRecipe } from './write-recipe.ts';
import type { ManifestLocation } from '../domain/manifest.ts';

/** `run` without a recipe that fits: reads everything anew, acts only on what was agreed to, and writes the recipe for the next time. */
export async function prepareRun(ports: ServerPorts, location: ManifestLocation, name: string): Promise<SessionRecipe> {
  const current = await currentPlan(ports, location, name);
  const key = { manifestId: location.id, server: name };
  await approvedPlan(ports, key, name, current.plan);
  const { plan, project } = await sessionPlan(ports, location, name, current);
  const missing = missingValues(plan, await ports.secrets.read(key), ports.environment);
  if (missing.length > 0) {
    throw new CcMcpError('VALUE_MISSING', `${name} has no value for ${missing.join(', ')}`, { suggestions: [withValues(installCommand(name, current.server), missing), `or set ${missing.join(', ')} in the environment of the client`] });
  }
  const facts = { location, name, entry: current.entry, enabled: current.state.enabled };
  const recipe = await writeRecipe(ports, current.engine, { ...facts, plan: current.plan });
  return project === undefined ? recipe : writeRecipe(ports, current.engine, { ...facts, plan, project });
}
