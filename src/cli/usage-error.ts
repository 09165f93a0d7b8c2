import { CLIError, ExitError, ModuleLoadError } from '@oclif/core/errors';
import { CcMcpError } from '../domain/errors.ts';
import { nearest } from './nearest.ts';

export interface UsageContext {
  readonly command?: string | undefined;
  readonly flags: readonly string[];
}

/** A command line that oclif refused. A module that does not load is a bug, an exit is no error. */
export function isUsageError(error: unknown): error is CLIError {
  return error instanceof CLIError && !(error instanceof ExitError) && !(error instanceof ModuleLoadError);
}

/** The same in one line that names flags and counts, never a value: oclif's own text quotes what was typed, tokens included. */
export function usageError(error: CLIError, { command, flags }: UsageContext): CcMcpError {
  const help = `cc-mcp ${command === undefined ? '' : `${command} `}--help`;
  // oclif does not export these classes, and gives none of them a code.
  switch (error.constructor.name) {
    case 'NonExistentFlagsError': return unknownFlags(error, flags, help);
    case 'RequiredArgsError': return usage(`${named(command)} needs ${missingNames(error)}`, [help]);
    case 'UnexpectedArgsError': return usage(`${named(command)} was given ${countOf(error, 'args')} more than it takes; put a text with spaces in quotes`, [help]);
    case 'CLIError': return usage(error.message, [help]);
    default: return usage(`The flags of ${named(command)} do not fit together`, [help]);
  }
}

function unknownFlags(error: CLIError, known: readonly string[], help: string): CcMcpError {
  const names = listOf(error, 'flags').map((text) => /^--?[A-Za-z][A-Za-z0-9-]{0,30}/.exec(String(text))?.[0] ?? 'a word that begins with "-"');
  const first = names[0] ?? '';
  const guess = first.startsWith('--') ? nearest(first.slice(2), known) : undefined;
  const unknown = names.length === 1 ? `There is no flag ${first}` : `There are no flags ${names.join(', ')}`;
  return usage(guess === undefined ? unknown : `${unknown}; did you mean --${guess}?`, [help]);
}

function missingNames(error: CLIError): string {
  return listOf(error, 'args').map((argument) => (argument !== null && typeof argument === 'object' && 'name' in argument ? String(argument.name).toUpperCase() : 'an argument')).join(' and ');
}

function countOf(error: CLIError, key: string): string {
  const count = listOf(error, key).length;
  return count === 1 ? '1 argument' : `${count} arguments`;
}

function listOf(error: CLIError, key: string): readonly unknown[] {
  const list: unknown = Reflect.get(error, key);
  return Array.isArray(list) ? list : [];
}

function named(command: string | undefined): string {
  return `cc-mcp${command === undefined ? '' : ` ${command}`}`;
}

function usage(message: string, suggestions: readonly string[]): CcMcpError {
  return new CcMcpError('USAGE', message, { suggestions });
}
