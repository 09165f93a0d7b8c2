import { parse, TomlError } from 'smol-toml';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { FoundIndexes } from './found-indexes.ts';
import { parseUvIndexes } from './schema.ts';

/** The indexes of a uv.toml: `[[index]]`, and the older `index-url` and `extra-index-url`, at the top or in `[pip]`. */
export function uvIndexes(text: string, path: string): FoundIndexes {
  const { index: list, pip, ...top } = parseUvIndexes(parseToml(text, path), path);
  const named = list.map(({ url, name, ...flags }) => ({ ...flags, found: { address: url, ...(name === undefined ? {} : { name }) } }));
  const address = named.find((one) => one.default === true)?.found ?? [top['index-url'], pip['index-url']].flatMap((one) => (one === undefined ? [] : [{ address: one }]))[0];
  return {
    ...(address === undefined ? {} : { index: address }),
    // An explicit one is only for packages that a project pins to it.
    extra: [...named.filter((one) => one.default !== true && one.explicit !== true).map(({ found }) => found), ...(top['extra-index-url'] ?? pip['extra-index-url'] ?? []).map((one) => ({ address: one }))],
  };
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new CcMcpError('INVALID_VALUE', `${path} is not TOML: ${sanitizeLine(error.message.split('\n')[0] ?? '', 120)}`, { suggestions: ['Correct it, or name another with UV_CONFIG_FILE'], cause: error });
  }
}
