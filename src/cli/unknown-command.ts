import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { nearest } from './nearest.ts';

const SCHEMES = /^(?:npm|pypi|go|docker|git\+https?):/;

/** What to say of a first word that is no command; `id` is oclif's, which joins all words before the first flag with colons. */
export function unknownCommand(id: string, known: readonly string[]): CcMcpError {
  if (SCHEMES.test(id)) return new CcMcpError('USAGE', 'A package reference is not a command', { suggestions: ['cc-mcp install REFERENCE'] });
  const [word = ''] = id.split(':');
  if (known.includes(word)) return new CcMcpError('USAGE', `cc-mcp ${word} takes no further argument`, { suggestions: [`cc-mcp ${word} --help`] });
  const guess = nearest(word, known);
  const typed = sanitizeLine(word, 40);
  return new CcMcpError('USAGE', `"${typed}" is not a command${guess === undefined ? '' : `; did you mean ${guess}?`}`, { suggestions: ['cc-mcp --help'] });
}
