import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { StdioChannel } from './stdio-channel.ts';

/** In `details.fault` of what a connection throws, so that the gate tells the cases apart without reading words. */
export type McpFault = 'closed' | 'partial-line' | 'line-too-long' | 'flooded' | 'refused' | 'invalid';

const MEBIBYTE = 1024 * 1024;

/** What an SDK call threw, in our words; an abort stays the caller's own reason. */
export function sdkFailure(error: unknown, method: string, channel: StdioChannel, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const end = channel.end;
  if (end !== undefined) {
    switch (end.kind) {
      case 'closed':
        return end.partial === ''
          ? failure('closed', 'the server closed its output', error)
          : failure('partial-line', `the server stopped in the middle of a line: ${sanitizeLine(end.partial, 120)}`, error);
      case 'line-too-long':
        return failure('line-too-long', `protocol error: a line on stdout is longer than ${end.limit / MEBIBYTE} MiB`, error);
      case 'flooded':
        return failure('flooded', `protocol error: ${Math.round(end.bytes / MEBIBYTE)} MiB on stdout that are not MCP`, error);
      default:
        return end satisfies never;
    }
  }
  const text = sanitizeLine(error instanceof Error ? error.message : String(error), 300);
  if (isAnswer(error)) return failure('refused', `the server answered ${method} with an error: ${text} (${error.code})`, error);
  return failure('invalid', `protocol error in the answer to ${method}: ${text}`, error);
}

function failure(fault: McpFault, message: string, cause: unknown): CcMcpError {
  return new CcMcpError('GATE_FAILED', message, { details: { fault }, cause });
}

/** A JSON-RPC error of the server has a number as its code; the SDK's own errors have words. */
export function isAnswer(error: unknown): error is Error & { readonly code: number } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}
