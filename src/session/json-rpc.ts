import type { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export const METHOD_NOT_FOUND = -32601;
/** The first of JSON-RPC's codes for servers of one's own. */
const SERVER_ERROR = -32000;

/** One line of JSON-RPC. `id` is raw JSON and goes back exactly as it came. */
export function errorLine(id: string, message: string, options: { readonly code?: number; readonly data?: unknown } = {}): string {
  const error = JSON.stringify({ code: options.code ?? SERVER_ERROR, message, data: options.data });
  return `{"jsonrpc":"2.0","id":${id},"error":${error}}\n`;
}

/** What a refusal says in one line: to the client, and on stderr. */
export function refusalText(refusal: CcMcpError): string {
  return [`cc-mcp: ${sanitizeLine(refusal.message, 1000)}`, ...refusal.suggestions.map((suggestion) => sanitizeLine(suggestion))].join('. ');
}
