import { CcMcpError, EXIT } from '../domain/errors.ts';
import type { CarriedSession, Ending } from './carry-session.ts';
import { diagnoseExit, diagnoseSilence, type ServerEvidence, stderrNote } from './diagnose-exit.ts';
import { endContainer, exitsWithin, GRACE_MILLISECONDS, removeContainer } from './end-container.ts';
import { errorLine } from './json-rpc.ts';
import { LONGEST_LINE } from './server-output.ts';

/** `run`'s exit code when its server did not do what it must. */
const SERVER_FAILED = EXIT.gate;
const LAST_WORDS_MILLISECONDS = 500;

/** Ends what is left, tells the client about calls that nobody will answer, and gives the exit code. */
export async function finishSession(session: CarriedSession, ending: Ending, signalled: Promise<number>): Promise<number> {
  const { held, beside } = session;
  // First of all: a client may kill this process 0.1 s after its SIGTERM.
  beside.launchKeeper();
  void held.channel.end();
  try {
    return await finish(session, ending, signalled);
  } finally {
    // The last answers count too, however soon after them the client left.
    session.catchUp();
    beside.end();
    await session.stderr.close();
  }
}

async function finish(session: CarriedSession, ending: Ending, signalled: Promise<number>): Promise<number> {
  const { held, ports, timing } = session;
  switch (ending) {
    case 'client-left': {
      const signal = signalled.then(() => undefined);
      await Promise.race([session.answered, session.output.ended, signal, ports.clock.sleep(timing.lateAnswer)]);
      await endContainer(held, GRACE_MILLISECONDS, ports);
      return EXIT.done;
    }
    case 'signal':
      await endContainer(held, GRACE_MILLISECONDS, ports);
      return signalled;
    case 'server-ended':
      return giveUp(session, async () => {
        // Its output may end before it does.
        await exitsWithin(held, GRACE_MILLISECONDS, ports);
        return diagnoseExit(session.server, await evidence(session));
      });
    case 'silent':
      return giveUp(session, async () => diagnoseSilence(session.server, Math.round(timing.firstAnswer / 1000), await evidence(session)));
    case 'processes-used-up':
      return giveUp(session, async () => `${session.server.recipe.server} used up its processes and left calls unanswered; it was stopped. --pids raises the limit`);
    case 'line-too-long':
      return giveUp(session, async () => `${session.server.recipe.server} wrote a line of more than ${LONGEST_LINE / 1024 / 1024} MiB, which is no message; it was stopped${stderrNote(session.stderr.lastLines(3))}`);
    default:
      return ending satisfies never;
  }
}

async function giveUp(session: CarriedSession, diagnose: () => Promise<string>): Promise<number> {
  try {
    tell(session, await diagnose());
    await removeContainer(session.held, session.ports);
    return SERVER_FAILED;
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    tell(session, `${session.server.recipe.server} is lost: ${error.message}`);
    return error.exitCode;
  }
}

function tell(session: CarriedSession, text: string): void {
  answerInFlight(session, `cc-mcp: ${text}`);
  session.client.say(`cc-mcp: ${text}`);
}

function answerInFlight(session: CarriedSession, message: string): void {
  const { output, client, ledger } = session;
  if (output.isMidLine()) client.output.write(['\n']);
  const calls = ledger.takeInFlight();
  output.stop();
  if (calls.length > 0) client.output.write(calls.map((id) => errorLine(id, message)));
}

async function evidence(session: CarriedSession): Promise<ServerEvidence> {
  const { held, ports, stderr } = session;
  const state = await held.engine.state(held.id);
  const running = state?.status === 'running';
  const pids = running ? (await held.engine.usage(held.id))?.pids : undefined;
  if (!running) await Promise.race([session.stderrTaken, ports.clock.sleep(LAST_WORDS_MILLISECONDS)]);
  return { state, pids, heapExhausted: stderr.heapExhausted, lastLines: stderr.lastLines(3) };
}
