import type { CallResult } from '../domain/mcp-connection.ts';
import type { ExpectedCall } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** What is wrong with a result, in one line, or undefined when all that was expected holds. */
export function unexpected(result: CallResult, expect: ExpectedCall['expect']): string | undefined {
  const isError = expect.isError ?? false;
  const got = `it answered «${sanitizeLine(result.text, 160)}»`;
  if (result.isError !== isError) return isError ? `an error was expected, but ${got}` : `${got} as an error`;
  if (expect.text !== undefined && result.text !== expect.text) return `${got} instead of «${sanitizeLine(expect.text, 160)}»`;
  if (expect.contains !== undefined && !result.text.includes(expect.contains)) return `${got}, without «${sanitizeLine(expect.contains, 160)}»`;
  if (expect.matches !== undefined && !new RegExp(expect.matches, 'u').test(result.text)) return `${got}, which does not match ${sanitizeLine(expect.matches, 160)}`;
  return undefined;
}
