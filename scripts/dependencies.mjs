/**
 * What `npm run quickstart` and `npm test` need before they can start anything: the packages of package-lock.json, with the
 * Node that the project is written for among them. Runs on Node 20 and later, and imports nothing but Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const MODULES = join(ROOT, 'node_modules');
const BIN = join(MODULES, '.bin');
/** The Node of the devDependency `node`; the system's may be too old. */
export const NODE = join(BIN, 'node');

/** Why the packages have to be installed, or undefined when all of package-lock.json is there. */
export function missingDependencies(root = ROOT) {
  const modules = join(root, 'node_modules');
  // npm writes this file when it has finished.
  const installed = readPackages(join(modules, '.package-lock.json'));
  if (installed === undefined) return 'node_modules is missing or incomplete';
  for (const [path, wanted] of Object.entries(readPackages(join(root, 'package-lock.json')) ?? {})) {
    if (path === '' || wanted.optional || wanted.devOptional || wanted.peer || wanted.link) continue;
    if (installed[path]?.version !== wanted.version) return `${path} is not the version of package-lock.json`;
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is missing`;
  }
  const node = join(modules, '.bin', 'node');
  return starts(node) ? undefined : `${node} does not start`;
}

function starts(node) {
  return spawnSync(node, ['--version']).status === 0;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `npm ci` where something is missing. Gives the exit code. */
export async function ensureDependencies(say) {
  const reason = missingDependencies();
  if (reason === undefined) return 0;
  say(`npm ci (${reason})`);
  // Not with the Node that is about to be replaced.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== BIN).join(delimiter);
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: { ...process.env, PATH: path } });
  if (code !== 0) return code;
  if (starts(NODE)) return 0;
  say(`npm ci ended well, but ${NODE} does not start: npm must be allowed to run its install script (allowScripts in package.json)`);
  return 1;
}

/** The environment in which `node` and the installed tools are those of the project. */
export function projectEnvironment(extra = {}) {
  return { ...process.env, PATH: [BIN, process.env.PATH ?? ''].join(delimiter), ...extra };
}

/** Runs a program on this terminal and gives its exit code; 127 when it cannot be started. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: projectEnvironment(), ...options });
    options.started?.(child);
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
