export interface KnownOptions {
  /** Without a value; of no matter. */
  readonly switches: readonly string[];
  /** With a value; of no matter. */
  readonly values: readonly string[];
  /** With a value that is wanted. */
  readonly read: readonly string[];
}

export interface FoundOption {
  readonly name: string;
  readonly value: string;
}

/** A launcher's own options, up to the first word that is none, or `--`. An option that nobody knows might mean anything. */
export function readOptions(words: readonly string[], known: KnownOptions): { readonly found: readonly FoundOption[]; readonly rest: readonly string[] } | { readonly unknown: string } {
  const found: FoundOption[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') {
      const rest = words.slice(index + 1);
      return { found, rest };
    }
    if (!word.startsWith('-')) return { found, rest: words.slice(index) };
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    // `--yes=true` is npm's long form of a switch.
    if (known.switches.includes(name)) continue;
    if (!known.values.includes(name) && !known.read.includes(name)) return { unknown: name };
    if (equals < 0) index += 1;
    if (known.read.includes(name)) found.push({ name, value: equals < 0 ? (words[index] ?? '') : word.slice(equals + 1) });
  }
  return { found, rest: [] };
}
