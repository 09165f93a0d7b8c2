import type { ValueOrigin } from '../domain/effective-plan.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ServerValues } from '../domain/stores.ts';

const REFERENCE = /\$\{(?:(secret):)?([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * The values of a server's variables. `${VAR}` comes from the environment of `run`, else from what was remembered at install;
 * `${secret:NAME}` only from the store of this server. All that are missing are named in one VALUE_MISSING.
 */
export function expandEnvironment(
  server: string,
  origins: Readonly<Record<string, ValueOrigin>>,
  environment: Readonly<Record<string, string | undefined>>,
  values: ServerValues,
): Record<string, string> {
  const missing = new Map<string, boolean>();
  const expanded: Record<string, string> = {};
  for (const [name, origin] of Object.entries(origins)) {
    expanded[name] = origin.kind === 'literal' ? origin.value : origin.template.replaceAll(REFERENCE, (_, secret: string | undefined, variable: string) => {
      const value = secret ? own(values.secrets, variable) : (environment[variable] ?? own(values.remembered, variable));
      if (value === undefined) missing.set(variable, secret !== undefined);
      return value ?? '';
    });
  }
  if (missing.size > 0) throw missingValues(server, missing);
  return expanded;
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function missingValues(server: string, missing: ReadonlyMap<string, boolean>): CcMcpError {
  const names = [...missing.keys()];
  const secrets = names.filter((name) => missing.get(name));
  return new CcMcpError('VALUE_MISSING', `${server} needs a value for ${names.join(', ')}`, {
    suggestions: [
      `Type: cc-mcp install ${server} ${names.map((name) => `--env ${name}=…`).join(' ')}`,
      ...(secrets.length < names.length ? ['Or set the variable in the environment of the client'] : []),
    ],
    details: { missing: names, server },
  });
}
