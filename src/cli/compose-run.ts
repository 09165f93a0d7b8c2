import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import type { SlowPath } from '../domain/session-ports.ts';
import { EngineHttp } from '../docker/engine-http.ts';
import { openRelayChannel } from '../docker/relay-channel.ts';
import { systemClock } from '../host/system-clock.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { runSession } from '../session/run-session.ts';
import { RUN_TIMING } from '../session/run-timing.ts';
import { channelOf } from '../session/stream-bytes.ts';
import { createRecipeSource } from '../store/recipe-source.ts';
import { mountedAt } from '../store/mounted-at.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { openSessionLog } from '../store/session-log.ts';
import { systemProcesses } from '../store/system-processes.ts';
import { homeFolder } from './home-folder.ts';
import { createKeeperLauncher } from './launch-keeper.ts';
import { parseRunArguments } from './run-arguments.ts';
import { clientOnStdio, sayOnStderr } from './compose-stdio.ts';

/** How long the client may take to read what was said last. */
const FLUSH_MILLISECONDS = 2000;
const STDIO = { stdin: true, stdout: true, stderr: false } as const;

/**
 * `cc-mcp run` with nothing loaded that it does not need. `folder`: of the built program. False: these are not words that it knows.
 * Ends the process.
 */
export async function main(words: readonly string[], folder: string): Promise<false | never> {
  const typed = parseRunArguments(words);
  if (typed === undefined) return false;
  process.on('uncaughtException', failedByBug);
  const environment = process.env;
  const home = homeFolder(environment);
  const client = clientOnStdio();
  const keeper = createKeeperLauncher(join(folder, 'keeper.js'), { ...environment, CC_MCP_HOME: home }, (error) => sayOnStderr(`cc-mcp: no standby could be started: ${error.message}`));
  const exitCode = await runSession(
    {
      server: typed.server,
      search: { workingFolder: process.cwd(), environment, forRun: true, ...(typed.manifest === undefined ? {} : { path: typed.manifest }) },
    },
    client,
    {
      openEngine: (address) => new EngineHttp(address), doors: serviceDoors,
      run: createRunDirectory(join(home, 'run'), systemProcesses(process)),
      clock: systemClock,
      newToken: () => randomBytes(12).toString('hex'),
      mountedAt,
      openLog: (logFolder, token) => openSessionLog(logFolder, token, (error) => sayOnStderr(`cc-mcp: the log in ${logFolder} cannot be written: ${error.message}`)),
      recipes: createRecipeSource(home),
      slowPath: () => loadSlowPath(folder),
      launchKeeper: keeper.launch,
      openChannel: async (address, id) => (address.kind === 'unix' ? openRelayChannel(address.path, id) : channelOf(await new EngineHttp(address).attach(id, STDIO))),
    },
    { ...RUN_TIMING, ...replacementKnob(environment) },
  );
  await Promise.race([Promise.all([client.output.end(), keeper.handedOver()]), systemClock.sleep(FLUSH_MILLISECONDS)]);
  process.exit(exitCode);
}

/** Not part of the bundle: it brings the libraries that reading and comparing everything needs, and a class of errors of its own. */
async function loadSlowPath(folder: string): Promise<SlowPath> {
  const module: unknown = await import(new URL('cli/compose-slow.js', `file://${folder}/`).href);
  if (typeof module !== 'object' || module === null || !('prepareRun' in module) || typeof module.prepareRun !== 'function') throw new TypeError('compose-slow.js has no prepareRun');
  const prepareRun = module.prepareRun as SlowPath;
  return async (request) => {
    const outcome = await prepareRun(request);
    if (!('refusal' in outcome)) return outcome;
    const { code, message, suggestions, details } = outcome.refusal;
    return { refusal: new CcMcpError(code, message, { suggestions, details }) };
  };
}

/** `CC_MCP_REPLACEMENT_DELAY`: milliseconds from the first answer to the making of the next standby. */
function replacementKnob(environment: NodeJS.ProcessEnv): { replacement?: number } {
  const text = environment['CC_MCP_REPLACEMENT_DELAY'];
  return text !== undefined && /^\d{1,6}$/.test(text) ? { replacement: Number(text) } : {};
}

function failedByBug(error: Error): never {
  sayOnStderr(`cc-mcp: this is a bug: ${error.stack ?? error.message}`);
  process.exit(1);
}
