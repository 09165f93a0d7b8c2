import type { ContainerId, ExitStatus, SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createRedactor } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { diagnoseExit } from './diagnose-exit.ts';

/** The engine takes a moment to notice an end. */
const NOTICE_MILLISECONDS = 5000;
const POLL_MILLISECONDS = 50;
/** An end so long before a call broke off is still what broke it. */
const BEFORE_MILLISECONDS = 2000;
const LAST_LINES = 3;

/** Why a service gives no answer, in one line, as soon as the engine knows. `since`: an end before that is another's reason. */
export async function explainService(server: PreparedServer, name: string, engine: SessionEngine, ports: StandbyPorts, since = ports.clock.now() - BEFORE_MILLISECONDS): Promise<string> {
  const id = name as ContainerId;
  try {
    const end = await endOf(id, since, engine, ports);
    if (end === 'removed') return `${server.recipe.server}: its container was removed. Type: cc-mcp start ${server.recipe.server}`;
    if (end === 'none') return `${server.recipe.server} broke off its answer`;
    const redactor = createRedactor(server.secrets);
    const lastLines = ((await engine.logs(id, { tail: LAST_LINES })) ?? []).map(({ text }) => sanitizeLine(redactor.redact(text), 200)).filter((line) => line !== '');
    const state = { status: 'exited', ...end, finishedAt: '', error: '' } as const;
    return `${diagnoseExit(server, { state, heapExhausted: lastLines.some((line) => line.includes('heap out of memory')), lastLines })}. It is started again by itself`;
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    return `${server.recipe.server} is lost: ${error.message}`;
  }
}

/** By the engine's events: it runs again before anybody has looked. */
async function endOf(id: ContainerId, since: number, engine: SessionEngine, ports: StandbyPorts): Promise<ExitStatus | 'removed' | 'none'> {
  const deadline = ports.clock.monotonic() + NOTICE_MILLISECONDS;
  for (;;) {
    const exit = await engine.lastExit(id, { since, until: ports.clock.now() });
    if (exit !== undefined) return exit;
    if ((await engine.state(id)) === undefined) return 'removed';
    if (ports.clock.monotonic() > deadline) return 'none';
    await ports.clock.sleep(POLL_MILLISECONDS);
  }
}
