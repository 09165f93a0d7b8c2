/** What shells need to know of a command. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** What each argument names, in order; the last one repeats where there are more words. */
  readonly arguments: readonly NameKind[];
  readonly flags: readonly FlagShape[];
}

export interface FlagShape {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  /** `path`: files and folders of this machine. */
  readonly value: 'none' | 'path' | 'text';
}

export const NAME_KINDS = ['servers', 'packages', 'targets', 'settings', 'actions', 'shells'] as const;

/** Lists of words that a command asks `cc-mcp completion --names` for; `none`: nothing can be said. */
export type NameKind = (typeof NAME_KINDS)[number] | 'none';

/** The part of oclif's description of a command that is read here. */
export interface LoadedCommand {
  readonly id: string;
  readonly hidden?: boolean | undefined;
  readonly summary?: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, { readonly name: string; readonly type: string; readonly char?: string | undefined; readonly summary?: string | undefined; readonly helpValue?: string | readonly string[] | undefined; readonly hidden?: boolean | undefined }>>;
}

const ARGUMENTS: Readonly<Record<string, NameKind>> = { name: 'servers', package: 'packages', reference: 'packages', target: 'targets', key: 'settings', action: 'actions', shell: 'shells' };
const PATHS = /^(?:PATH|HOST)\b/;

export function commandShapes(commands: readonly LoadedCommand[]): readonly CommandShape[] {
  return commands.filter(({ hidden }) => hidden !== true).map(({ id, summary = '', args, flags }) => ({
    name: id,
    summary,
    arguments: Object.keys(args).map((name) => ARGUMENTS[name] ?? 'none'),
    flags: [
      ...Object.values(flags).filter(({ hidden }) => hidden !== true).map(({ name, char, type, helpValue, summary: text = '' }) => ({
        name, char, summary: text, value: type === 'boolean' ? 'none' as const : PATHS.test(String(helpValue)) ? 'path' as const : 'text' as const,
      })),
      { name: 'help', char: undefined, summary: 'Show help for the command', value: 'none' as const },
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
  })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
