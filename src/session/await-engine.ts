import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';

const RETRY_MILLISECONDS = 250;

/** Tries again while the engine does not answer: clients start before engines do after a boot. */
export async function awaitEngine<T>(server: PreparedServer, client: SessionClient, ports: SessionPorts, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { waitForEngineSeconds } = server.recipe;
  const deadline = ports.clock.monotonic() + waitForEngineSeconds * 1000;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const waitable = error instanceof CcMcpError && error.code === 'ENGINE_UNREACHABLE';
      if (!waitable || signal.aborted || ports.clock.monotonic() + RETRY_MILLISECONDS > deadline) throw error;
      if (attempt === 0) client.say(`cc-mcp: ${error.message}; waiting up to ${waitForEngineSeconds} s for it`);
      await ports.clock.sleep(RETRY_MILLISECONDS);
      if (signal.aborted) throw error;
    }
  }
}
