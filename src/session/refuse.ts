import type { CcMcpError } from '../domain/errors.ts';
import type { SessionClient } from '../domain/session-ports.ts';
import type { ClientInput } from './client-input.ts';
import { isProbe } from './probe.ts';
import { errorLine, METHOD_NOT_FOUND, refusalText } from './json-rpc.ts';

/**
 * Says no where the user can see it: on stderr, and as the answer to the client's first request, because of a process that just
 * exits clients show no more than «failed». Gives the exit code.
 */
export async function refuse(refusal: CcMcpError, input: ClientInput, client: SessionClient): Promise<number> {
  const text = refusalText(refusal);
  client.say(text);
  for (;;) {
    const first = await input.peekLine();
    if (first.kind === 'ended') return refusal.exitCode;
    const request = first.messages.find((message) => message.id !== undefined && !message.isAnswer);
    if (request?.id !== undefined) {
      // A probe's answer is read by nobody; the request that follows it is.
      if (!isProbe(request)) {
        client.output.write([errorLine(request.id, text, { data: { code: refusal.code, suggestions: refusal.suggestions } })]);
        return refusal.exitCode;
      }
      client.output.write([errorLine(request.id, text, { code: METHOD_NOT_FOUND })]);
    }
    input.dropLine();
  }
}
