import type { SessionRecipe } from '../domain/effective-plan.ts';
import type { ServerPorts } from './ports.ts';
import { reportStep } from './report-step.ts';

/** Waits, while it says so, until a standby of this recipe has loaded. */
export async function startStandby(ports: Pick<ServerPorts, 'standbys' | 'progress' | 'clock'>, recipe: SessionRecipe, signal?: AbortSignal): Promise<'ready' | 'already-there' | 'off'> {
  if (recipe.standby === 'off') return ports.standbys.ensure(recipe, signal);
  return reportStep(ports, { step: 'enable', label: `Starting a standby of ${recipe.server}` }, () => ports.standbys.ensure(recipe, signal));
}
