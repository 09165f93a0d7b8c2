import { CcMcpError } from '../../domain/errors.ts';

export interface FlagShape {
  readonly type: string;
  readonly char?: string | undefined;
}

/** Switches that will take a value one day, with what to do until then. */
const LATER: Readonly<Record<string, { readonly message: string; readonly suggestions: readonly string[] }>> = {
  'allow-net': {
    message: '--allow-net does not take a list of hosts yet',
    suggestions: ['--allow-net alone grants the internet, the local network and this machine', '--network NAME joins one network of the engine'],
  },
};

/**
 * Refuses `--switch=value`, which oclif would take as the switch and an argument: `--purge=false` must never purge.
 * What follows `--` belongs to the server, and what follows a flag with a value is that value.
 */
export function refuseSwitchValues(argv: readonly string[], flags: Readonly<Record<string, FlagShape>>): void {
  for (let index = 0; index < argv.length && argv[index] !== '--'; index += 1) {
    const [, name, equals] = /^--([a-z][a-z0-9-]*)(=)?/.exec(argv[index] ?? '') ?? [];
    const flag = name === undefined ? flagOfChar(argv[index] ?? '', flags) : flags[name];
    if (flag?.type === 'option' && equals === undefined) index += 1;
    if (name === undefined || flag?.type !== 'boolean' || equals === undefined) continue;
    const later = LATER[name];
    throw later === undefined
      ? new CcMcpError('USAGE', `--${name} takes no value`, { suggestions: [`--${name}, or leave it out`] })
      : new CcMcpError('USAGE', later.message, { suggestions: later.suggestions });
  }
}

function flagOfChar(word: string, flags: Readonly<Record<string, FlagShape>>): FlagShape | undefined {
  return word.length === 2 && word.startsWith('-') ? Object.values(flags).find(({ char }) => char === word[1]) : undefined;
}

/** The command's own words, and what stands after the first `--`. */
export function splitAtDoubleDash(argv: readonly string[]): { readonly own: string[]; readonly rest: string[] } {
  const index = argv.indexOf('--');
  return index === -1 ? { own: [...argv], rest: [] } : { own: argv.slice(0, index), rest: argv.slice(index + 1) };
}
