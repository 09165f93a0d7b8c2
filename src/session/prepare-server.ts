import type { SessionRecipe } from '../domain/effective-plan.ts';
import { environmentThroughGateway } from '../domain/localhost-values.ts';
import type { PreparedServer, RecipeSource } from '../domain/session-ports.ts';
import { expandEnvironment } from './expand-environment.ts';
import { serverKeyOf, settingsHashOf } from './settings-hash.ts';

/** Joins a recipe with its values. Fails with VALUE_MISSING. */
export function prepareServer(
  recipe: SessionRecipe,
  environment: Readonly<Record<string, string | undefined>>,
  recipes: Pick<RecipeSource, 'values' | 'caContent'>,
  homeKey: string,
): PreparedServer {
  const values = recipes.values(recipe.secretsFile);
  // A service is one for all clients: what one of them has in its environment is not another's.
  const given = expandEnvironment(recipe.server, recipe.environment, recipe.service === undefined ? environment : {}, values);
  const expanded = recipe.link === undefined ? given : environmentThroughGateway(given, recipe.link.ports);
  const caContent = recipe.caBundle === undefined ? undefined : recipes.caContent(recipe.caBundle);
  return {
    recipe,
    environment: expanded,
    secrets: Object.values(values.secrets),
    serverKey: serverKeyOf(recipe),
    ...(values.serviceToken === undefined ? {} : { serviceToken: values.serviceToken }),
    settingsHash: settingsHashOf(recipe, expanded, caContent, homeKey),
  };
}
