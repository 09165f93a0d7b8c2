/** What `run` was typed with. Undefined: something else than a name and a manifest, which is for the command line's own parser. */
export function parseRunArguments(words: readonly string[]): { readonly server: string; readonly manifest?: string } | undefined {
  let server: string | undefined;
  let manifest: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--manifest' && words[index + 1] !== undefined) {
      index += 1;
      manifest = words[index];
    } else if (word.startsWith('--manifest=')) manifest = word.slice('--manifest='.length);
    else if (word.startsWith('-') || word === '' || server !== undefined) return undefined;
    else server = word;
  }
  return server === undefined ? undefined : { server, ...(manifest === undefined ? {} : { manifest }) };
}
