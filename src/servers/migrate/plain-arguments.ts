import { CcMcpError } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import { looksSecret } from '../../domain/values.ts';

/** Arguments stand in the manifest as they are: what a client would fill in cannot be kept, and a secret is said. */
export function checkedArguments({ progress }: { readonly progress: Progress }, name: string, words: readonly string[]): readonly string[] {
  for (const [index, word] of words.entries()) {
    const reference = /\$\{[^}]*\}/.exec(word)?.[0];
    if (reference !== undefined) {
      throw new CcMcpError('UNSUPPORTED', `Argument ${index + 1} of ${name} is ${reference}, which only its client fills in`, { suggestions: [`cc-mcp enable ${name} --mode docker -- ARGUMENTS   with what it stands for`] });
    }
    const [, option, value = word] = /^--?([A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
    const before = /^--?([A-Za-z][\w-]*)$/.exec(words[index - 1] ?? '')?.[1];
    if (word.startsWith('-') && option === undefined) continue;
    if (looksSecret((option ?? before ?? '').replaceAll('-', '_'), value)) {
      progress.report({ type: 'warning', text: `Argument ${index + 1} of ${name} looks like a secret, and stands in mcp.json as before: if the server takes it as a variable, --env NAME=VALUE keeps it in the secret store` });
    }
  }
  return words;
}
