import type { ProtocolEra } from '../domain/protocol-era.ts';
import type { SessionClient } from '../domain/session-ports.ts';
import type { ClientInput, FirstLine } from './client-input.ts';
import { errorLine, METHOD_NOT_FOUND } from './json-rpc.ts';
import type { ScannedMessage } from './message-scanner.ts';

/** The question by which a client of 2026-07-28 finds out whether a server is as new as itself. */
export function isProbe(message: ScannedMessage): boolean {
  return message.method === 'server/discover' && message.id !== undefined;
}

/**
 * Waits until the client says something that needs the server. Probes of a legacy server are answered here, the way that server
 * would: clients often start a process for the probe alone, and it should cost nobody a standby.
 */
export async function awaitDemand(input: ClientInput, client: SessionClient, era: ProtocolEra): Promise<FirstLine['kind']> {
  for (;;) {
    const first = await input.peekLine();
    if (first.kind === 'ended') return 'ended';
    const [message] = first.messages;
    if (era !== 'legacy' || first.messages.length !== 1 || message?.id === undefined || !isProbe(message)) return 'line';
    client.output.write([errorLine(message.id, 'Method not found', { code: METHOD_NOT_FOUND })]);
    input.dropLine();
  }
}
