import { setImmediate } from 'node:timers';
import type { SessionClient } from '../domain/session-ports.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { CallLedger } from './call-ledger.ts';
import type { LineListener } from './line-feeder.ts';

/** Watches what the client says. */
export function clientListener(ledger: CallLedger): LineListener {
  return {
    wantsLine: () => false,
    line(messages, line) {
      for (const message of messages ?? []) {
        ledger.sent(message);
        if (message.method === 'notifications/cancelled' && line !== undefined) {
          const id = cancelledId(line);
          if (id !== undefined) ledger.cancelled(id);
        }
      }
    },
  };
}

/**
 * Watches what the server says. Text that is no JSON-RPC passes like everything else (a relay that leaves bytes out cannot promise
 * that the others are the same), and is reported once, because clients say little when they stumble over it.
 */
export function serverListener(ledger: CallLedger, client: SessionClient, name: string, answered: (method: string, line: Buffer | undefined) => void): LineListener {
  return {
    wantsLine: () => ledger.isAsked('tools/list'),
    line(messages, line) {
      if (messages === undefined) {
        ledger.strayLines += 1;
        if (ledger.strayLines === 1) client.say(`cc-mcp: ${name} writes text to its stdout that is not MCP${line === undefined ? '' : `: ${sanitizeLine(line.toString('utf8'), 120)}`}`);
        return;
      }
      for (const message of messages) {
        const method = ledger.received(message);
        if (method !== undefined) setImmediate(answered, method, method === 'tools/list' ? line : undefined);
      }
    },
  };
}

/** As raw JSON, the way ids are kept. */
function cancelledId(line: Buffer): string | undefined {
  const found = /"requestId"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][-+.eE0-9]*)/.exec(line.toString('utf8'));
  return found?.[1];
}
