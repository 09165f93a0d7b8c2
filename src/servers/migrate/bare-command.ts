export interface BareCommand {
  /** File name of the program, lower case, without `.exe` and the like. */
  readonly program: string;
  readonly words: readonly string[];
  /** What `env NAME=VALUE …` sets before it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Programs that fetch a package and start it, by the words that say so. */
const RUNNERS: readonly { readonly words: readonly string[]; readonly program: string }[] = [
  { words: ['npm', 'exec'], program: 'npx' },
  { words: ['npm', 'x'], program: 'npx' },
  { words: ['pnpm', 'dlx'], program: 'npx' },
  { words: ['pnpx'], program: 'npx' },
  { words: ['yarn', 'dlx'], program: 'npx' },
  { words: ['bun', 'x'], program: 'npx' },
  { words: ['bunx'], program: 'npx' },
  { words: ['uv', 'tool', 'run'], program: 'uvx' },
];

/** A client's command without what only leads to it: its folder, `cmd /c`, `env`, `npm exec` for `npx`. */
export function bareCommand(command: string, args: readonly string[]): BareCommand {
  const [first = '', ...rest] = args.length === 0 ? splitLine(command) : [command, ...args];
  return unwrapped(first, rest, {});
}

function unwrapped(command: string, words: readonly string[], environment: Readonly<Record<string, string>>): BareCommand {
  const program = programName(command);
  const [first = '', ...rest] = words;
  if (program === 'cmd' && /^\/[cs]$/i.test(first)) {
    const [next = '', ...more] = rest.length === 1 ? splitLine(rest[0] ?? '') : rest;
    return /^\/c$/i.test(next) ? unwrapped(program, rest, environment) : unwrapped(next, more, environment);
  }
  if (program === 'env') {
    const count = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const [next = '', ...more] = count < 0 ? [] : words.slice(count);
    const set = Object.fromEntries(words.slice(0, Math.max(count, 0)).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
    return next === '' || next.startsWith('-') ? { program, words, environment } : unwrapped(next, more, { ...environment, ...set });
  }
  const runner = RUNNERS.find((known) => known.words.every((word, index) => (index === 0 ? program : words[index - 1]) === word));
  return runner === undefined ? { program, words, environment } : { program: runner.program, words: words.slice(runner.words.length - 1), environment };
}

function programName(command: string): string {
  return (command.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, '');
}

/** A whole line in one text, as some clients take it; one with quotes or of a shell's language is left whole. */
function splitLine(line: string): string[] {
  return /^(?:npx|uvx|npm|pnpm|pnpx|yarn|bunx?|uv|env)\s/.test(line) && !/["'`$|&;<>(){}\\]/.test(line) ? line.trim().split(/\s+/) : [line];
}
