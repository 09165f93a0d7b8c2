import type { ContainerId, ExitStatus, SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createRedactor } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { diagnoseExit } from './diagnose-exit.ts';
import { giveUpService } from './give-up-service.ts';

/** The engine takes a moment to notice an end. */
const NOTICE_MILLISECONDS = 5000;
/** Who heard late of an end finds the server started again since. */
const LATE_MILLISECONDS = 500;
const POLL_MILLISECONDS = 50;
/** An end so long before a call broke off is still what broke it. */
const BEFORE_MILLISECONDS = 2000;
const LAST_LINES = 3;

/** Why a service gives no answer, in one line, as soon as the engine knows, and what becomes of it. */
export async function explainService(server: PreparedServer, name: string, engine: SessionEngine, ports: StandbyPorts): Promise<string> {
  const again = `Type: cc-mcp start ${server.recipe.server}`;
  return await telling(server, async () => {
    const end = await endOf(name as ContainerId, ports.clock.now() - BEFORE_MILLISECONDS, engine, ports);
    if (end === 'removed') return `${server.recipe.server}: its container was removed. ${again}`;
    if (end === 'none') return `${server.recipe.server} broke off its answer`;
    const reason = await diagnose(server, end, name as ContainerId, engine);
    return `${reason}. ${(await giveUpService(server.recipe, engine, ports)) ? `It is not started any more. ${again}` : 'It is started again by itself'}`;
  });
}

/** The same of one that has ended since it was made (milliseconds since the epoch), and that is not left to the engine. */
export async function explainStart(server: PreparedServer, name: string, engine: SessionEngine, ports: StandbyPorts, since: number): Promise<string> {
  return await telling(server, async () => {
    const end = await endOf(name as ContainerId, since, engine, ports);
    return typeof end === 'object' ? await diagnose(server, end, name as ContainerId, engine) : 'its container is gone';
  });
}

async function telling(server: PreparedServer, tell: () => Promise<string>): Promise<string> {
  try {
    return await tell();
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    return `${server.recipe.server} is lost: ${error.message}`;
  }
}

async function diagnose(server: PreparedServer, { exitCode, oomKilled }: ExitStatus, id: ContainerId, engine: SessionEngine): Promise<string> {
  const redactor = createRedactor(server.secrets);
  const lastLines = ((await engine.logs(id, { tail: LAST_LINES })) ?? []).map(({ text }) => sanitizeLine(redactor.redact(text), 200)).filter((line) => line !== '');
  const state = { status: 'exited', exitCode, oomKilled, finishedAt: '', error: '' } as const;
  return diagnoseExit(server, { state, heapExhausted: lastLines.some((line) => line.includes('heap out of memory')), lastLines });
}

/** Where it runs again before anybody has looked, by the engine's events. */
async function endOf(id: ContainerId, since: number, engine: SessionEngine, ports: StandbyPorts): Promise<ExitStatus | 'removed' | 'none'> {
  const [brokenAt, begun] = [ports.clock.now(), ports.clock.monotonic()];
  for (;;) {
    const state = await engine.state(id);
    if (state === undefined) return 'removed';
    if (state.status === 'exited') return state;
    const waited = ports.clock.monotonic() - begun;
    const exit = (await engine.exits(id, { since, until: ports.clock.now() })).at(-1);
    // What was started before the answer broke off has ended itself since, and that exit is an earlier one: the engine will notice.
    const isStartedSince = state.status === 'running' && Date.parse(state.startedAt) >= brokenAt;
    if (exit !== undefined && (isStartedSince || waited > LATE_MILLISECONDS)) return exit;
    if (waited > NOTICE_MILLISECONDS) return 'none';
    await ports.clock.sleep(POLL_MILLISECONDS);
  }
}
