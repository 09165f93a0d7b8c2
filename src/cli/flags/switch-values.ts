import { CcMcpError } from '../../domain/errors.ts';

export interface FlagShape {
  readonly type: string;
  readonly char?: string | undefined;
}

/** Switches that may have a value all the same, which their commands take out before oclif sees it. */
const WITH_VALUES: ReadonlySet<string> = new Set(['allow-net']);

/** Refuses `--switch=value`, which oclif would take as the switch and an argument: `--purge=false` must never purge. */
export function refuseSwitchValues(argv: readonly string[], flags: Readonly<Record<string, FlagShape>>): void {
  const refused = valuedSwitches(argv, flags).find(({ name }) => !WITH_VALUES.has(name));
  if (refused !== undefined) throw new CcMcpError('USAGE', `--${refused.name} takes no value`, { suggestions: [`--${refused.name}, or leave it out`] });
}

/** Where a switch stands with a value. What follows `--` belongs to the server, and what follows a flag with a value is that value. */
export function valuedSwitches(argv: readonly string[], flags: Readonly<Record<string, FlagShape>>): readonly { readonly index: number; readonly name: string; readonly value: string }[] {
  const found: { index: number; name: string; value: string }[] = [];
  for (let index = 0; index < argv.length && argv[index] !== '--'; index += 1) {
    const [, name, value] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(argv[index] ?? '') ?? [];
    const flag = name === undefined ? flagOfChar(argv[index] ?? '', flags) : flags[name];
    if (flag?.type === 'option' && value === undefined) index += 1;
    if (name !== undefined && flag?.type === 'boolean' && value !== undefined) found.push({ index, name, value });
  }
  return found;
}

function flagOfChar(word: string, flags: Readonly<Record<string, FlagShape>>): FlagShape | undefined {
  return word.length === 2 && word.startsWith('-') ? Object.values(flags).find(({ char }) => char === word[1]) : undefined;
}

/** The command's own words, and what stands after the first `--`. */
export function splitAtDoubleDash(argv: readonly string[]): { readonly own: string[]; readonly rest: string[] } {
  const index = argv.indexOf('--');
  return index === -1 ? { own: [...argv], rest: [] } : { own: argv.slice(0, index), rest: argv.slice(index + 1) };
}
