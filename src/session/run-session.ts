import { CcMcpError, EXIT } from '../domain/errors.ts';
import type { PreparedServer, RunRequest, SessionClient, SessionPorts } from '../domain/session-ports.ts';
import { carryService } from './carry-service.ts';
import { carrySession } from './carry-session.ts';
import { ClientInput } from './client-input.ts';
import { GRACE_MILLISECONDS, removeContainer } from './end-container.ts';
import { finishSession } from './finish-session.ts';
import { openContainer } from './open-container.ts';
import { prepareServer } from './prepare-server.ts';
import { awaitDemand } from './probe.ts';
import { refuse } from './refuse.ts';
import { serviceOfServer } from './service-of-server.ts';
import type { RunTiming } from './run-timing.ts';

/** What a client launches: its stdio on one side, a sandboxed server on the other. Gives the exit code. */
export async function runSession(request: RunRequest, client: SessionClient, ports: SessionPorts, timing: RunTiming): Promise<number> {
  const input = new ClientInput(client.input);
  const signal = Promise.withResolvers<number>();
  client.onSignal(signal.resolve);
  const stopped = new AbortController();
  void signal.promise.then(() => stopped.abort());
  try {
    const server = await prepare(request, ports);
    const demand = await Promise.race([awaitDemand(input, client, server.recipe.era), signal.promise]);
    if (typeof demand === 'number') return demand;
    if (demand === 'ended') return EXIT.done;
    const service = serviceOfServer(server);
    if (service !== undefined) return await carryService(server, service, input, client, ports, timing, signal.promise, stopped.signal);
    const opening = openContainer(server, input, client, ports, stopped.signal);
    const opened = await Promise.race([opening, signal.promise]);
    if (typeof opened === 'number') {
      // What is being created is taken away if there is time for it; its token is what the reaper goes by if there is not.
      await Promise.race([opening.then(({ held }) => removeContainer(held, ports), () => {}), ports.clock.sleep(GRACE_MILLISECONDS)]);
      return opened;
    }
    const { session, ending } = carrySession(opened, server, input, client, ports, timing, signal.promise);
    return await finishSession(session, await ending, signal.promise);
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    // Awaited here: the input is closed by what follows.
    return await Promise.race([refuse(error, input, client), signal.promise]);
  } finally {
    input.close();
  }
}

async function prepare(request: RunRequest, ports: SessionPorts): Promise<PreparedServer> {
  const environment = request.search.environment;
  const read = ports.recipes.read(request);
  if ('recipe' in read) return prepareServer(read.recipe, environment, ports.recipes, ports.run.homeKey());
  const prepareRun = await ports.slowPath();
  const outcome = await prepareRun(request);
  if ('refusal' in outcome) throw outcome.refusal;
  return prepareServer(outcome.recipe, environment, ports.recipes, ports.run.homeKey());
}
