import { basename } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { bashScript } from './bash.ts';
import { commandShapes } from './command-shape.ts';
import type { CommandShape, LoadedCommand } from './command-shape.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

export const SHELLS = ['bash', 'fish', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandShape[]) => string>> = { bash: bashScript, fish: fishScript, zsh: zshScript };

/** The shell that was named, else the user's own. */
export function parseShell(named: string | undefined, environment: Readonly<Record<string, string | undefined>>): Shell {
  const shell = named ?? basename(environment['SHELL'] ?? '');
  const known = SHELLS.find((each) => each === shell);
  if (known !== undefined) return known;
  const message = named === undefined ? 'SHELL names no shell that cc-mcp can complete for' : `There is no completion for "${sanitizeLine(named, 40)}"`;
  throw new CcMcpError('USAGE', message, { suggestions: SHELLS.map((each) => `cc-mcp completion ${each}`) });
}

export function completionScript(shell: Shell, commands: readonly LoadedCommand[]): string {
  return SCRIPTS[shell](commandShapes(commands));
}
