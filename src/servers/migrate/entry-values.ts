import { CcMcpError } from '../../domain/errors.ts';
import { isVariableName } from '../../domain/values.ts';
import type { RequestedValue } from '../install/install-request.ts';

/** `${VAR}`, `${VAR:-default}`, `${env:VAR}`, and what only the client knows: `${input:token}`, `${workspaceFolder}`. */
const REFERENCE = /\$\{(env:)?([^}]*)\}/g;

/**
 * The variables of an entry, as `install` takes them. What refers to the client's environment still does afterwards; what it mixes
 * with other text is put together now and kept with the secrets. `given`: names that flags set, whatever the entry says.
 */
export function entryValues(name: string, env: Readonly<Record<string, string>>, environment: Readonly<Record<string, string | undefined>>, given: ReadonlySet<string>): readonly RequestedValue[] {
  return Object.entries(env).flatMap(([variable, text]): readonly RequestedValue[] => {
    if (given.has(variable)) return [];
    if (!isVariableName(variable)) throw new CcMcpError('INVALID_VALUE', `The entry of ${name} sets "${variable}", which is not the name of a variable`);
    const whole = /^\$\{(?:env:)?([A-Za-z_]\w*)\}$/.exec(text)?.[1];
    if (whole !== undefined && environment[whole] !== undefined) return [{ name: variable, value: undefined, ...(whole === variable ? {} : { from: whole }) }];
    if (!text.includes('${')) return [{ name: variable, value: text }];
    return [{ name: variable, value: expanded(name, variable, text, environment), secret: true }];
  });
}

function expanded(name: string, variable: string, text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(REFERENCE, (whole, _, inside: string) => {
    const [, reference = '', fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inside) ?? [];
    const value = (reference === '' ? undefined : environment[reference]) ?? fallback;
    if (value !== undefined) return value;
    const why = reference === '' ? 'which only its client knows' : 'and there is no such variable in this environment';
    throw new CcMcpError('VALUE_MISSING', `${variable} of ${name} comes from ${whole}, ${why}`, { suggestions: [`cc-mcp enable ${name} --mode docker --env ${variable}=VALUE`] });
  });
}
