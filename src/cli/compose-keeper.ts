import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineHttp } from '../docker/engine-http.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { systemClock } from '../host/system-clock.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { keepStandby } from '../session/keep-standby.ts';
import { isStillSo } from '../session/same-settings.ts';
import { mountedAt } from '../store/mounted-at.ts';
import { parseRecipe, recipePath } from '../store/recipe-file.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { openSessionLog } from '../store/session-log.ts';
import { systemProcesses } from '../store/system-processes.ts';
import { homeFolder } from './home-folder.ts';
import type { KeeperOrder } from './launch-keeper.ts';

/** The process behind a session: nobody sees its output, so what goes wrong stands in the server's log. */
async function main(): Promise<void> {
  const { server, after } = JSON.parse(readFileSync(0, 'utf8')) as KeeperOrder;
  const home = homeFolder(process.env);
  const newToken = (): string => randomBytes(12).toString('hex');
  const openLog = (folder: string, token: string): ReturnType<typeof openSessionLog> => openSessionLog(folder, token, fail);
  const ports: StandbyPorts = { openEngine: (address) => new EngineHttp(address), doors: serviceDoors, run: createRunDirectory(join(home, 'run'), systemProcesses(process)), clock: systemClock, newToken, openLog, mountedAt };
  try {
    const path = recipePath(home, server.recipe.manifestPath, server.recipe.server, server.recipe.project?.folder);
    await keepStandby(server, after, () => isStillSo(parseRecipe(readOptional(path)), server.recipe), ports);
  } catch (error) {
    const log = openLog(server.recipe.logFolder, newToken());
    log.write(`cc-mcp: no standby: ${error instanceof CcMcpError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    await log.close();
    process.exitCode = error instanceof CcMcpError ? error.exitCode : 1;
  }
  process.exit();
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function fail(): void {
  process.exitCode = 1;
}

await main();
