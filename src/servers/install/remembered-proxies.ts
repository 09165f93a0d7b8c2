import { PROXY_VARIABLES } from '../plan/effective-plan.ts';

/** The proxies of this environment: clients start `run` with almost none, so they are kept with the server's values. */
export function rememberedProxies(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(PROXY_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value]];
  }));
}
