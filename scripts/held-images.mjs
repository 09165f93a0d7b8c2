import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NODE, projectEnvironment, ROOT } from './dependencies.mjs';

/** Most tests of the command line install one of these, and are about something else than how it is built. */
const SERVERS = ['memory', 'everything', 'filesystem', 'postgres-mcp'];

/**
 * Installs them in a home of its own, so that the engine has their images for as long as the tests run: an image goes with the last
 * home that uses it, and would be built again for each test. Gives what lets go of them.
 */
export async function holdImages(folder, images) {
  const home = mkdtempSync(join(folder, 'held-'));
  mkdirSync(join(home, '.cc-mcp'), { mode: 0o700 });
  writeFileSync(join(home, '.cc-mcp/config.json'), images, { mode: 0o600 });
  const cc = (...args) => promisify(execFile)(NODE, ['--', join(ROOT, 'bin/cc-mcp.js'), ...args], { cwd: home, env: projectEnvironment({ HOME: home, CC_MCP_HOME: join(home, '.cc-mcp') }) });
  const release = async () => {
    await cc('uninstall', '--all', '--purge', '--yes');
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await Promise.all(SERVERS.map((server) => cc('install', server, '--yes')));
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}
