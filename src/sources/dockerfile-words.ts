/** The value of a variable; undefined: there is none. */
export type Variables = (name: string) => string | undefined;

/**
 * One word or several as a builder reads them: quotes, escapes, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+instead}`.
 * Undefined: something else, whose meaning only a builder knows.
 */
export function expandWords(text: string, variables: Variables): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | '\'' | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === quote) quote = undefined;
    else if (quote === undefined && (character === '"' || character === '\'')) [quote, word] = [character, word ?? ''];
    else if (character === '\\' && quote !== '\'') {
      index += 1;
      word = `${word ?? ''}${text[index] ?? ''}`;
    } else if (character === '$' && quote !== '\'') {
      const found = variableAt(text.slice(index), variables);
      if (found === undefined) return undefined;
      word = `${word ?? ''}${found.value}`;
      index += found.length - 1;
    } else word = `${word ?? ''}${character}`;
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}

function variableAt(text: string, variables: Variables): { readonly value: string; readonly length: number } | undefined {
  const [whole, bare, braced, operator, other = ''] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:[-+])([^${}\\"']*))?\})/.exec(text) ?? [];
  const name = bare ?? braced;
  if (whole === undefined || name === undefined) return undefined;
  const value = variables(name) ?? '';
  if (operator === ':-') return { value: value === '' ? other : value, length: whole.length };
  return { value: operator === ':+' ? (value === '' ? '' : other) : value, length: whole.length };
}

/** `["a", "b"]`; undefined: it is not of that form. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Options at the beginning: `--from=x a b` → `--from=x`, and the rest. */
export function leadingOptions(text: string): { readonly options: readonly string[]; readonly rest: string } {
  const [, given = '', rest = ''] = /^((?:--\S*\s+)*)(.*)$/s.exec(text) ?? [];
  return { options: given.split(/\s+/).filter((option) => option !== ''), rest };
}
