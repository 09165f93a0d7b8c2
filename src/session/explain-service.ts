import type { ContainerId, ExitStatus, SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createRedactor } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { diagnoseExit } from './diagnose-exit.ts';
import { giveUpService } from './give-up-service.ts';

/** The engine takes a moment to notice an end. */
const NOTICE_MILLISECONDS = 5000;
const POLL_MILLISECONDS = 50;
/** An end so long before a call broke off is still what broke it. */
const BEFORE_MILLISECONDS = 2000;
const LAST_LINES = 3;

/** Why a service gives no answer, in one line, as soon as the engine knows, and what becomes of it. `since`: an end before that is another's reason. */
export async function explainService(server: PreparedServer, name: string, engine: SessionEngine, ports: StandbyPorts, since = ports.clock.now() - BEFORE_MILLISECONDS): Promise<string> {
  const again = `Type: cc-mcp start ${server.recipe.server}`;
  return await telling(server, async () => {
    const end = await endOf(server, name as ContainerId, since, engine, ports);
    if (end === 'removed') return `${server.recipe.server}: its container was removed. ${again}`;
    if (end === 'stopped') return `${server.recipe.server} has ended and is not started again; cc-mcp logs ${server.recipe.server} says what it wrote. ${again}`;
    if (end === 'none') return `${server.recipe.server} broke off its answer`;
    const reason = await diagnose(server, end, name as ContainerId, engine);
    return `${reason}. ${(await giveUpService(server.recipe, engine, ports)) ? `It ends again and again, and is not started any more. ${again}` : 'It is started again by itself'}`;
  });
}

/** The same of one that has ended since it was made, and that is not left to the engine. */
export async function explainStart(server: PreparedServer, name: string, engine: SessionEngine, ports: StandbyPorts, since: number): Promise<string> {
  return await telling(server, async () => {
    const end = await endOf(server, name as ContainerId, since, engine, ports);
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

async function diagnose(server: PreparedServer, end: ExitStatus, id: ContainerId, engine: SessionEngine): Promise<string> {
  const redactor = createRedactor(server.secrets);
  const lastLines = ((await engine.logs(id, { tail: LAST_LINES })) ?? []).map(({ text }) => sanitizeLine(redactor.redact(text), 200)).filter((line) => line !== '');
  const state = { status: 'exited', exitCode: end.exitCode, oomKilled: end.oomKilled, finishedAt: '', error: '' } as const;
  return diagnoseExit(server, { state, heapExhausted: lastLines.some((line) => line.includes('heap out of memory')), lastLines });
}

/** By the engine's events: it runs again before anybody has looked. */
async function endOf(server: PreparedServer, id: ContainerId, since: number, engine: SessionEngine, ports: StandbyPorts): Promise<ExitStatus | 'removed' | 'stopped' | 'none'> {
  const deadline = ports.clock.monotonic() + NOTICE_MILLISECONDS;
  for (;;) {
    const exit = (await engine.exits(id, { since, until: ports.clock.now() })).at(-1);
    if (exit !== undefined) return exit;
    const state = await engine.state(id);
    if (state === undefined) return 'removed';
    if (state.status === 'exited' && (await giveUpService(server.recipe, engine, ports))) return 'stopped';
    if (ports.clock.monotonic() > deadline) return 'none';
    await ports.clock.sleep(POLL_MILLISECONDS);
  }
}
