/** The lines of one npmrc: a key may stand several times (`ca[]`). */
export type NpmrcEntries = ReadonlyMap<string, readonly string[]>;

/**
 * npm's ini as far as npmrc files use it: `key=value`, quotes, comments, `key[]=`, and `${VAR}` in keys and values. A variable
 * that is not set stays as it stands, as in npm; `${VAR?}` is then empty.
 */
export function parseNpmrc(text: string, environment: Readonly<Record<string, string | undefined>>): NpmrcEntries {
  const entries = new Map<string, string[]>();
  for (const line of text.replace(/^\uFEFF/, '').split(/[\r\n]+/)) {
    const [, left, right = 'true'] = /^\s*([^;#[\s=][^=]*?)\s*(?:=\s*(.*?)\s*)?$/.exec(line) ?? [];
    if (left === undefined) continue;
    const key = expandVariables(unquote(left), environment);
    const value = expandVariables(unquote(right), environment);
    if (key.endsWith('[]')) entries.set(key.slice(0, -2), [...(entries.get(key.slice(0, -2)) ?? []), value]);
    else entries.set(key, [value]);
  }
  return entries;
}

function unquote(text: string): string {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) return jsonString(text) ?? text.slice(1, -1);
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1);
  // A comment may follow a bare value; a backslash keeps the character.
  const end = /(?<!\\)(?:\\\\)*[;#]/.exec(text);
  return (end === null ? text : text.slice(0, end.index)).trim().replaceAll(/\\([;#\\])/g, '$1');
}

function jsonString(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function expandVariables(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}/g, (whole: string, escapes: string, name: string, optional: string | undefined) => {
    if (escapes.length % 2 === 1) return whole.slice((escapes.length + 1) / 2);
    return escapes.slice(escapes.length / 2) + (environment[name] ?? (optional === '?' ? '' : `\${${name}}`));
  });
}
