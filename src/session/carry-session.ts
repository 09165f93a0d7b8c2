import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { BesideSession } from './beside-session.ts';
import { CallLedger } from './call-ledger.ts';
import type { ClientInput } from './client-input.ts';
import { DeferredWatch } from './deferred-watch.ts';
import { type HeldContainer, STDERR } from './held-container.ts';
import type { Opened } from './open-container.ts';
import { noteDrift } from './note-drift.ts';
import { clientListener, serverListener } from './relay-listeners.ts';
import { processesUsedUp } from './process-limit-watch.ts';
import type { RunTiming } from './run-timing.ts';
import { ServerOutput } from './server-output.ts';
import { StderrCapture } from './stderr-capture.ts';

export type Ending = 'client-left' | 'signal' | 'server-ended' | 'line-too-long' | 'silent' | 'processes-used-up';

/** One client, one container, and everything that is between them. */
export interface CarriedSession {
  readonly server: PreparedServer;
  readonly held: HeldContainer;
  readonly client: SessionClient;
  readonly ports: SessionPorts;
  readonly timing: RunTiming;
  readonly ledger: CallLedger;
  readonly output: ServerOutput;
  readonly stderr: StderrCapture;
  /** Resolves when stderr has ended. */
  readonly stderrTaken: Promise<void>;
  readonly beside: BesideSession;
  /** Looks at what has passed and was not looked at yet. */
  catchUp(): void;
  /** Resolves at the first answer. */
  readonly answered: Promise<void>;
}

/** Joins client and container; `ending` resolves with what comes first. */
export function carrySession(
  opened: Opened, server: PreparedServer, input: ClientInput, client: SessionClient, ports: SessionPorts, timing: RunTiming, signalled: Promise<number>,
): { readonly session: CarriedSession; readonly ending: Promise<Ending> } {
  const { held } = opened;
  const ledger = new CallLedger();
  const passing = new DeferredWatch(ports.clock);
  const stderr = new StderrCapture(ports.openLog(server.recipe.logFolder, held.record.token), ports.clock, server.secrets);
  const beside = new BesideSession(server, held, ledger, ports, timing);
  const first = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const tooLong = Promise.withResolvers<void>();
  const watcher = {
    firstAnswer() {
      passing.relax();
      beside.firstAnswer();
      first.resolve();
    },
    toolsListed: (line: Buffer) => noteDrift(line, server, client, ports),
  };
  // Questions first: the answer to what was given before may be here already.
  input.pour(held.channel, opened.given, passing.watch(clientListener(ledger, asked.resolve)));
  const output = new ServerOutput(held.channel, client.output, passing.watch(serverListener(ledger, client, server.recipe.server, watcher)), tooLong.resolve);
  const stderrTaken = takeStderr(held, stderr);
  const over = new AbortController();
  const ending = Promise.race<Ending>([
    output.ended.then(() => 'server-ended'),
    input.ended.then(() => 'client-left'),
    client.output.broken.then(() => 'client-left'),
    signalled.then(() => 'signal'),
    tooLong.promise.then(() => 'line-too-long'),
    processesUsedUp(server, held, ledger, client, ports, over.signal).then(() => 'processes-used-up'),
    silence(asked.promise, first.promise, timing.firstAnswer, ports).then(() => 'silent'),
  ]);
  void ending.then(() => over.abort());
  return { session: { server, held, client, ports, timing, ledger, output, stderr, stderrTaken, beside, catchUp: () => passing.flush(), answered: first.promise }, ending };
}

async function takeStderr(held: HeldContainer, stderr: StderrCapture): Promise<void> {
  try {
    const attachment = held.stderr ?? (await held.engine.attach(held.id, STDERR));
    await stderr.take(attachment.stderr);
  } catch (error) {
    // The server is gone, or the engine: the end of the session says so, with what there is of its last words.
    if (!(error instanceof CcMcpError)) throw error;
  }
}

/** Resolves when there was no first answer in time after a first request; else never. */
async function silence(asked: Promise<void>, answered: Promise<void>, milliseconds: number, ports: SessionPorts): Promise<void> {
  await asked;
  const patience = new AbortController();
  void answered.then(() => patience.abort());
  try {
    await ports.clock.sleep(milliseconds, patience.signal);
  } catch (error) {
    if (!patience.signal.aborted) throw error;
  }
  if (patience.signal.aborted) await new Promise<never>(() => {});
}
