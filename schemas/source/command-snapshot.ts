import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const COMMANDS = join(import.meta.dirname, '../../src/commands');

interface Part {
  readonly required?: boolean;
  readonly hidden?: boolean;
}

interface FlagPart extends Part {
  readonly type: string;
  readonly char?: string;
  readonly multiple?: boolean;
}

interface CommandPart {
  readonly hidden?: boolean;
  readonly baseFlags?: Readonly<Record<string, FlagPart>>;
  readonly flags?: Readonly<Record<string, FlagPart>>;
  readonly args?: Readonly<Record<string, Part>>;
}

/** Names of commands, arguments and flags as scripts use them: a change of this file is a change of the interface. */
export async function commandSnapshot(): Promise<Readonly<Record<string, unknown>>> {
  const files = (await readdir(COMMANDS)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();
  const commands: [string, unknown][] = [];
  for (const file of files) {
    const { default: command } = await import(join(COMMANDS, file)) as { readonly default: CommandPart };
    commands.push([file.replace(/\.ts$/, ''), describe(command)]);
  }
  return Object.fromEntries(commands);
}

function describe({ args = {}, baseFlags = {}, flags = {} }: CommandPart): unknown {
  return {
    arguments: Object.entries(args).map(([name, { required }]) => (required === true ? name : `[${name}]`)),
    flags: Object.entries({ ...baseFlags, ...flags }).map(([name, flag]) => flagText(name, flag)).sort(),
  };
}

/** `--env=… (-e, repeats)` */
function flagText(name: string, { type, char, multiple }: FlagPart): string {
  const notes = [...(char === undefined ? [] : [`-${char}`]), ...(multiple === true ? ['repeats'] : [])];
  return `--${name}${type === 'option' ? '=…' : ''}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
