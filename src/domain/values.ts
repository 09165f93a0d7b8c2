/** `${VAR}` is read from the environment of `run` or what was remembered; `${secret:NAME}` from this server's secrets. */
const REFERENCE = /\$\{(secret:)?([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface ValueSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly remembered: Readonly<Record<string, string>>;
}

/** The text with its references replaced, or the names that have no value anywhere (`secret:` kept in front). */
export function expandTemplate(template: string, sources: ValueSources): { readonly value: string } | { readonly missing: readonly string[] } {
  const missing: string[] = [];
  const value = template.replaceAll(REFERENCE, (whole, secret: string | undefined, name: string) => {
    const found = secret === undefined ? sources.environment[name] ?? own(sources.remembered, name) : own(sources.secrets, name);
    if (found === undefined) missing.push(secret === undefined ? name : `secret:${name}`);
    return found ?? whole;
  });
  return missing.length === 0 ? { value } : { missing };
}

/** Names of the variables of `run`'s environment that a template refers to. */
export function variablesIn(template: string): readonly string[] {
  return [...template.matchAll(REFERENCE)].flatMap(([, secret, name]) => (secret === undefined && name !== undefined ? [name] : []));
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

const SECRET_NAME = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|AUTH|PAT|PRIVATE|BEARER|COOKIE|SESSION|DSN|CONNECTION_STRING|DATABASE_UR[IL])(?:_|$)/i;
/** Tokens that say what they are by their beginning, JWTs, PEM keys, and long runs of mixed characters. */
const SECRET_SHAPE = /^(?:sk-|pk_|rk_|ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|ya29\.|npm_|pypi-|SG\.|hf_|eyJ[A-Za-z0-9_-]+\.)|-----BEGIN [A-Z ]*PRIVATE KEY/;
const URL_WITH_CREDENTIALS = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]+@/i;

/** Whether a value belongs in the secret store rather than in `mcp.json`, by its name or its shape. */
export function looksSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || SECRET_SHAPE.test(value) || URL_WITH_CREDENTIALS.test(value) || (/^[A-Za-z0-9+/_=-]{32,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value));
}

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name);
}
