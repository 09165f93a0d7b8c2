import type { SessionEngine } from '../domain/container-engine.ts';
import { CcMcpError, EXIT } from '../domain/errors.ts';
import type { ContainerRecord } from '../domain/run-directory.ts';
import type { ServiceChannel } from '../domain/service-door.ts';
import type { PreparedServer, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { awaitEngine } from './await-engine.ts';
import { CallLedger } from './call-ledger.ts';
import type { ClientInput } from './client-input.ts';
import { releaseService } from './close-services.ts';
import { newRecord } from './container-record.ts';
import { DeferredWatch } from './deferred-watch.ts';
import { ensureService } from './ensure-service.ts';
import { explainService } from './explain-service.ts';
import { noteDrift } from './note-drift.ts';
import { clientListener, serverListener } from './relay-listeners.ts';
import type { RunTiming } from './run-timing.ts';
import { ServerOutput } from './server-output.ts';
import type { PreparedService } from './service-of-server.ts';

/** One client over stdio, and the service that it shares with others. The service goes on when the client leaves. Gives the exit code. */
export async function carryService(
  server: PreparedServer, prepared: PreparedService, input: ClientInput, client: SessionClient, ports: SessionPorts, timing: RunTiming, signalled: Promise<number>, signal: AbortSignal,
): Promise<number> {
  const engine = ports.openEngine(server.recipe.engine.address);
  const record = newRecord(server, ports);
  // Before the service is there: whoever thinks of taking it away sees that somebody wants it.
  ports.run.writeOwned('session', record);
  try {
    const opened = await Promise.race([awaitEngine(server, client, ports, signal, () => ensureService(server, prepared, engine, ports)), signalled]);
    if (typeof opened === 'number') return opened;
    const channel = ports.doors.connect(prepared.door, () => explainService(server, prepared.service.name, engine, ports));
    try {
      return await carry(server, record, channel, input, client, ports, timing, signalled);
    } finally {
      await channel.end();
    }
  } finally {
    ports.run.forget(ports.run.mine('session', record));
    if (server.recipe.service?.isKept !== true) await release(server, engine, ports);
  }
}

async function carry(
  server: PreparedServer, record: ContainerRecord, channel: ServiceChannel, input: ClientInput, client: SessionClient, ports: SessionPorts, timing: RunTiming, signalled: Promise<number>,
): Promise<number> {
  const ledger = new CallLedger();
  const passing = new DeferredWatch(ports.clock);
  const over = new AbortController();
  const note = (): void => ports.run.writeActivity(record, ledger.activity());
  const watcher = { firstAnswer: () => passing.relax(), toolsListed: (line: Buffer) => noteDrift(line, server, client, ports) };
  const output = new ServerOutput(channel, client.output, passing.watch(serverListener(ledger, client, server.recipe.server, watcher)), () => {});
  // The end of the client's input is not the end of what it waits for.
  input.pour({ ...channel, end: async () => {} }, 0, passing.watch(clientListener(ledger, () => {})));
  void every(timing.activity, note, over.signal, ports);
  try {
    const left = await Promise.race([input.ended, client.output.broken, signalled]);
    if (typeof left === 'number') return left;
    await Promise.race([channel.settled(), client.output.broken, ports.clock.sleep(timing.lateAnswer)]);
    return EXIT.done;
  } finally {
    over.abort();
    passing.flush();
    spareDisk(note);
    output.stop();
  }
}

async function release(server: PreparedServer, engine: SessionEngine, ports: SessionPorts): Promise<void> {
  try {
    await releaseService(server.recipe, engine, ports);
  } catch (error) {
    // With the engine away it stays for the reaper.
    if (!(error instanceof CcMcpError)) throw error;
  }
}

async function every(milliseconds: number, work: () => void, signal: AbortSignal, ports: SessionPorts): Promise<void> {
  while (!signal.aborted) {
    await ports.clock.sleep(milliseconds, signal).catch(() => {});
    if (!signal.aborted) spareDisk(work);
  }
}

/** A note that cannot be written must not end a session. */
function spareDisk(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
  }
}
