import { CcMcpError } from '../../domain/errors.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import { isVariableName, looksSecret } from '../../domain/values.ts';
import type { ServerValues } from '../../domain/stores.ts';
import type { InstallRequest } from './install-request.ts';

export interface RequestedValues {
  /** For the manifest: literals, `${secret:NAME}` and `${VAR}`. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the secret store. */
  readonly values: ServerValues;
  /** Names that the package needs and nobody gave. */
  readonly missing: readonly string[];
}

/** Sorts what was given by flag and file into what may stand in a manifest and what goes to the secret store. */
export function requestedValues(request: InstallRequest, offered: MarketplacePackage, environment: Readonly<Record<string, string | undefined>>): RequestedValues {
  const manifest: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const remembered: Record<string, string> = {};
  for (const { name, value, from = name, secret = false } of request.values) {
    if (!isVariableName(name)) throw new CcMcpError('INVALID_VALUE', `"${name}" is not the name of a variable`, { suggestions: ['--env NAME=VALUE'] });
    const given = value ?? environment[from];
    if (given === undefined) throw new CcMcpError('VALUE_MISSING', `--env ${name}: there is no variable ${from} in this environment`, { suggestions: [`--env ${name}=VALUE`] });
    if (given.includes('\0')) throw new CcMcpError('INVALID_VALUE', `The value of ${name} holds a NUL character`);
    const declared = offered.configuration.find((item) => item.name === name);
    if (secret || declared?.secret === true || looksSecret(name, given)) {
      secrets[name] = given;
      manifest[name] = `\${secret:${name}}`;
    } else if (value === undefined) {
      remembered[from] = given;
      manifest[name] = `\${${from}}`;
    } else {
      // A value that only looks like a reference stays a value.
      if (given.includes('${')) secrets[name] = given;
      manifest[name] = given.includes('${') ? `\${secret:${name}}` : given;
    }
  }
  for (const name of request.grants.env) {
    if (!isVariableName(name)) throw new CcMcpError('INVALID_VALUE', `"${name}" is not the name of a variable`, { suggestions: ['--allow-env=NAME'] });
    const present = environment[name];
    if (present === undefined || name in manifest) continue;
    // Remembered, because clients start `run` with almost no environment; a secret only in the secret store's file, like the rest of it.
    remembered[name] = present;
  }
  for (const item of offered.configuration) if (item.default !== undefined && !(item.name in manifest)) manifest[item.name] = item.default;
  const missing = offered.configuration.filter(({ name, required }) => required && !(name in manifest) && !(name in remembered)).map(({ name }) => name);
  return { environment: manifest, values: { secrets, remembered }, missing };
}
