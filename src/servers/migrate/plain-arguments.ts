import { CcMcpError } from '../../domain/errors.ts';
import type { Progress } from '../../domain/progress.ts';
import { looksSecret } from '../../domain/values.ts';

/** The folder that a client opens, as entries name it. */
const OPENED_PROJECT = /^\$\{(?:workspaceFolder|workspaceRoot|CLAUDE_PROJECT_DIR(?::-[^}]*)?)\}$/;

export interface PlainArguments {
  readonly name: string;
  readonly words: readonly string[];
  /** Whether what it is granted follows its arguments by itself. */
  readonly pathsAsArguments: boolean;
  /** Whether `@project` is granted. */
  readonly project: boolean;
}

/** Arguments stand in the manifest as they are: what a client would fill in cannot be kept, and a secret is said. */
export function plainArguments({ progress }: { readonly progress: Progress }, { name, words, pathsAsArguments, project }: PlainArguments): readonly string[] {
  return words.filter((word, index) => {
    if (pathsAsArguments && OPENED_PROJECT.test(word)) {
      if (project) return false;
      throw new CcMcpError('CONSENT_NEEDED', `${name} is given the folder that its client opens (${word})`, { suggestions: [`cc-mcp enable ${name} --mode docker --allow-read @project   or --allow-write @project`] });
    }
    refuseReference(name, word, index);
    if (isSecret(word, words[index - 1])) {
      progress.report({ type: 'warning', text: `Argument ${index + 1} of ${name} looks like a secret, and stands in mcp.json as before: if the server takes it as a variable, --env NAME=VALUE keeps it in the secret store` });
    }
    return true;
  });
}

function refuseReference(name: string, word: string, index: number): void {
  const reference = /\$\{[^}]*\}/.exec(word)?.[0];
  if (reference === undefined) return;
  throw new CcMcpError('UNSUPPORTED', `Argument ${index + 1} of ${name} is ${reference}, which only its client fills in`, { suggestions: [`cc-mcp enable ${name} --mode docker -- ARGUMENTS   with what it stands for`] });
}

/** By its shape, or by the name of the option that it belongs to. */
function isSecret(word: string, before = ''): boolean {
  const [, option, value] = /^--?([A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
  if (option !== undefined && value !== undefined) return looksSecret(variableName(option), value);
  return !word.startsWith('-') && looksSecret(variableName(/^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] ?? ''), word);
}

function variableName(option: string): string {
  return option.replaceAll('-', '_');
}
