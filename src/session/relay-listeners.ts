import { sanitizeLine } from '../domain/sanitize.ts';
import type { SessionClient } from '../domain/session-ports.ts';
import type { CallLedger } from './call-ledger.ts';
import type { LineListener } from './line-feeder.ts';

/** Watches what the client says; `asked` is called at its first request. */
export function clientListener(ledger: CallLedger, asked: () => void): LineListener {
  let isFirst = true;
  return {
    wantsLine: () => false,
    stray() {},
    message(message, at, line) {
      if (ledger.sent(message, at) && isFirst) {
        isFirst = false;
        asked();
      }
      if (message.method !== 'notifications/cancelled') return;
      const id = cancelledId(line());
      if (id !== undefined) ledger.cancelled(id);
    },
  };
}

export interface ServerWatcher {
  firstAnswer(): void;
  /** A `tools/list` answer, after it was passed on. */
  toolsListed(line: Buffer): void;
}

/**
 * Watches what the server says. Text that is no JSON-RPC passes like everything else (a relay that leaves bytes out cannot promise
 * that the others are the same), and is reported once, because clients say little when they stumble over it.
 */
export function serverListener(ledger: CallLedger, client: SessionClient, name: string, watcher: ServerWatcher): LineListener {
  let isFirst = true;
  return {
    wantsLine: () => ledger.isAsked('tools/list'),
    stray(line) {
      ledger.strayLines += 1;
      if (ledger.strayLines > 1) return;
      client.say(`cc-mcp: ${name} writes text to its stdout that is not MCP${line === undefined ? '' : `: ${sanitizeLine(line.toString('utf8'), 120)}`}`);
    },
    message(message, at, line) {
      const method = ledger.received(message, at);
      if (method === undefined) return;
      if (isFirst) {
        isFirst = false;
        watcher.firstAnswer();
      }
      const listed = method === 'tools/list' ? line() : undefined;
      if (listed !== undefined) watcher.toolsListed(listed);
    },
  };
}

/** As raw JSON, the way ids are kept. */
function cancelledId(line: Buffer | undefined): string | undefined {
  return /"requestId"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][-+.eE0-9]*)/.exec(line?.toString('utf8') ?? '')?.[1];
}
