import type { EffectivePlan } from '../domain/effective-plan.ts';
import type { ServerValues } from '../domain/stores.ts';
import { expandTemplate } from '../domain/values.ts';

/** Names of a plan's variables that have no value, neither in the secret store nor remembered nor in this environment. */
export function missingValues(plan: EffectivePlan, values: ServerValues, environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const names = Object.values(plan.environment).flatMap((origin) => {
    if (origin.kind === 'literal') return [];
    const expanded = expandTemplate(origin.template, { environment, secrets: values.secrets, remembered: values.remembered });
    return 'missing' in expanded ? expanded.missing.map((name) => name.replace(/^secret:/, '')) : [];
  });
  return [...new Set(names)];
}
