import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE, ROOT } from './dependencies.mjs';
import { output } from './quickstart-process.mjs';
import { removeLeftovers } from './test-leftovers.mjs';

/** An empty home of cc-mcp. The user's own HOME stays: their registries and proxies are theirs here, too. */
export function throwAwayHome(images) {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-index-'));
  // A granted folder in it has to be reached by the numeric user of a container.
  chmodSync(folder, 0o755);
  const home = join(folder, '.cc-mcp');
  const work = join(folder, 'work');
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(work);
  writeFileSync(join(home, 'config.json'), JSON.stringify({ images }), { mode: 0o600 });
  const manifest = join(home, 'mcp.json');
  const environment = { CC_MCP_HOME: home, CC_MCP_CONFIG: manifest };
  const start = (args, options) => output(NODE, args, { environment, stderr: 'keep', cwd: work, ...options });
  // As `bin` starts itself, so that Node leaves an --env-file among the arguments alone.
  const cc = async (args) => envelope(await start(['--', join(ROOT, 'bin/cc-mcp.js'), ...args, '--json']), args);
  return {
    cc,
    /** A folder that may be granted. */
    work,
    /** How many tools a client lists through `cc-mcp run`, and how long that took. */
    async listThroughRun(server) {
      const { stdout, errors, code } = await start([join(ROOT, 'scripts/verify-run.mjs'), NODE, join(ROOT, 'bin/cc-mcp.js'), 'run', server, '--manifest', manifest]);
      return code === 0 ? { ok: true, ...JSON.parse(stdout) } : { ok: false, reason: lastLine(errors) };
    },
    /** Runs `use` with an --env-file that is there no longer than it takes. */
    async withValues(name, values, use) {
      const file = join(folder, `${name}.env`);
      writeFileSync(file, values.map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 });
      try {
        return await use(file);
      } finally {
        rmSync(file);
      }
    },
    /** Takes all of it away again, and gives a line for what cc-mcp forgot. */
    async remove() {
      const id = homeId(home);
      await cc(['uninstall', '--all', '--purge', '--yes']);
      const left = id === undefined ? [] : await removeLeftovers({ ids: new Set([id]), since: Number.POSITIVE_INFINITY }, [[]]);
      rmSync(folder, { recursive: true, force: true });
      return left;
    },
  };
}

function envelope({ stdout, errors, code }, args) {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, error: { message: `cc-mcp ${args[0]} ended with ${code}: ${lastLine(errors)}`, suggestions: [] } };
  }
}

function lastLine(text) {
  return text.trim().split('\n').at(-1);
}

function homeId(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'state.json'), 'utf8')).homeId;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
