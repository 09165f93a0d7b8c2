import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** What decides the tarball, besides the build itself. */
const SOURCES = ['bin', 'marketplace', 'package-lock.json', 'package.json', 'schemas', 'scripts', 'src', 'templates', 'tsconfig.json'];
const LOCK_STALE_MILLISECONDS = 10 * 60_000;

export interface InstalledCli {
  /** `bin/cc-mcp.js` of the installed package. */
  readonly bin: string;
  /** Of `npm install --global`. */
  readonly prefix: string;
  /** The installed package's folder. */
  readonly package: string;
  /** The Node that runs the tests. */
  readonly node: string;
}

export interface CliInvocation {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text on stdin; without it stdin is empty. */
  readonly input?: string;
  /** Ends the process by SIGINT when stderr or stdout has shown this. */
  readonly interruptAt?: string;
}

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/**
 * The packed tarball of these sources, installed into an empty prefix: what a user gets. Built at most once for the same sources,
 * whichever test process comes first; `CC_MCP_TEST_CLI` names a prefix that is installed already.
 */
export function installedCli(): Promise<InstalledCli> {
  // To read all sources takes as long as a command.
  installed ??= findOrInstall();
  return installed;
}

let installed: Promise<InstalledCli> | undefined;

async function findOrInstall(): Promise<InstalledCli> {
  const prefix = process.env['CC_MCP_TEST_CLI'] ?? await prefixOf(await fingerprint());
  const folder = join(prefix, 'lib/node_modules/cc-mcp');
  return { bin: join(folder, 'bin/cc-mcp.js'), prefix, package: folder, node: process.execPath };
}

/** Runs the installed CLI as a user of `home` would, with nothing of this process's environment but the way to the network. */
export async function cc(args: readonly string[], { home, cwd = home, env = {}, input = '', interruptAt }: CliInvocation): Promise<CliRun> {
  const { bin, node } = await installedCli();
  const started = performance.now();
  // As `bin` starts itself, so that Node leaves an --env-file among our arguments alone.
  const child = spawn(node, ['--', bin, ...args], { cwd, env: { ...userEnvironment(home), ...env }, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  let interrupted = false;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (interrupted || interruptAt === undefined || !output[name].includes(interruptAt)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
  }
  // A command that does not read its stdin has closed it.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (exitCode, signal) => (exitCode === null ? reject(new Error(`cc-mcp ${args.join(' ')} ended by ${signal}`)) : resolve(exitCode)));
  });
  return { code, ...output, milliseconds: performance.now() - started };
}

const PASSED_ON = /^(?:LANG|LC_ALL|TMPDIR|(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|npm_config_(?:registry|cafile|https?_proxy|proxy)|(?:PIP|UV)_[A-Z_]+|DOCKER_HOST|CC_MCP_ENGINE)$/i;

function userEnvironment(home: string): Record<string, string> {
  const passed = Object.entries(process.env).filter((entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined);
  return { ...Object.fromEntries(passed), HOME: home, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
}

async function prefixOf(hash: string): Promise<string> {
  const prefix = join(tmpdir(), `cc-mcp-installed-${hash}`);
  while (found(join(prefix, 'ready')) === undefined) {
    await using lock = await takeLock(`${prefix}.lock`);
    if (!lock.taken) await sleep(250);
    else if (found(join(prefix, 'ready')) === undefined) await install(prefix);
  }
  return prefix;
}

async function install(prefix: string): Promise<void> {
  const packed = `${prefix}.pack`;
  for (const folder of [prefix, packed]) await rm(folder, { recursive: true, force: true });
  await mkdir(packed, { recursive: true });
  const env = { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
  const npm = async (cwd: string, ...args: string[]): Promise<void> => { await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env, maxBuffer: 1 << 26 }); };
  await npm(ROOT, 'run', 'build');
  await npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', packed);
  const [tarball] = await readdir(packed);
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  await npm(packed, 'install', '--global', '--prefix', prefix, '--prefer-offline', '--ignore-scripts', join(packed, tarball));
  await writeFile(join(prefix, 'ready.new'), '');
  await rename(join(prefix, 'ready.new'), join(prefix, 'ready'));
  await rm(packed, { recursive: true, force: true });
}

/** One of several test processes; a lock whose process died is taken over after a while. */
async function takeLock(path: string): Promise<AsyncDisposable & { readonly taken: boolean }> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const age = Date.now() - Number(found(path)?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MILLISECONDS) await rm(path, { recursive: true, force: true });
    return { taken: false, [Symbol.asyncDispose]: async () => undefined };
  }
  return { taken: true, [Symbol.asyncDispose]: async () => rmdir(path) };
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES) await addToHash(hash, source);
  return hash.digest('hex').slice(0, 16);
}

async function addToHash(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const absolute = join(ROOT, path);
  const entry = found(absolute);
  if (entry?.isDirectory() === true) {
    for (const name of (await readdir(absolute)).sort()) await addToHash(hash, join(path, name));
  } else if (entry !== undefined && !/\.test\.tsx?$/.test(path)) {
    hash.update(path).update('\0').update(await readFile(absolute));
  }
}

function found(path: string): ReturnType<typeof statSync> | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
