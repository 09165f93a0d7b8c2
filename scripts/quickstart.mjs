/**
 * npm run quickstart [-- --yes | --undo]: from a fresh clone to a query answered by postgres-mcp in its sandbox.
 *
 * Installs and starts only what is missing, and asks nothing. A second run takes seconds and ends the same.
 *   --yes    may use sudo to install and start a container engine
 *   --undo   takes the server, its database and their network away again
 *
 * Variables: CC_MCP_HOME; CC_MCP_QUICKSTART_NAME (default cc-mcp-quickstart), the name of the network and of the database's container.
 * Exit codes: 0 done, 2 usage, 4 no container engine, 5 something else has the name, 130/143 signals, else those of cc-mcp.
 *
 * Starts on Node 20; everything that it starts runs on the Node of the devDependencies.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureDependencies, NODE, ROOT } from './dependencies.mjs';
import { isBuilt } from './quickstart-build.mjs';
import { mergeImages } from './quickstart-config.mjs';
import { createDatabase, findDatabase, removeContainer, removeDatabase, startDatabase, writeEnvironmentFile } from './quickstart-database.mjs';
import { capture, output, QuickstartError, show, stopChildren } from './quickstart-process.mjs';

const NAME = process.env.CC_MCP_QUICKSTART_NAME ?? 'cc-mcp-quickstart';
const SERVER = 'postgres-mcp';
const HOME = process.env.CC_MCP_HOME ?? join(homedir(), '.cc-mcp');
const MANIFEST = join(HOME, 'mcp.json');
const OPTIONS = new Set(['--yes', '-y', '--undo', '--help', '-h']);

let interrupted;
/** Takes back what an interrupted or failed run would leave half done. */
let takeBack = () => {};
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    interrupted ??= code;
    // A terminal gives Ctrl-C to all that run in it.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) stopChildren(signal);
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(options) {
  const unknown = options.filter((option) => !OPTIONS.has(option));
  if (unknown.length > 0 || options.includes('--help') || options.includes('-h')) {
    console.log('npm run quickstart             set everything up and ask a database a question through cc-mcp');
    console.log('npm run quickstart -- --yes    the same, and may use sudo to install a container engine');
    console.log('npm run quickstart -- --undo   take the server, its database and their network away again');
    return unknown.length > 0 ? 2 : 0;
  }
  try {
    await (options.includes('--undo') ? undo() : quickstart(options.includes('--yes') || options.includes('-y')));
    return interrupted ?? 0;
  } catch (error) {
    await takeBack();
    if (interrupted !== undefined) return interrupted;
    if (!(error instanceof QuickstartError)) throw error;
    console.error(`\nquickstart: ${error.message}`);
    return error.exitCode;
  }
}

async function quickstart(yes) {
  await step('Packages', async () => {
    const code = await ensureDependencies((line) => console.log(line));
    if (code !== 0) throw new QuickstartError('npm ci failed', code);
  });
  await step('Container engine', () => must('bash', ['scripts/ensure-engine.sh', ...(yes ? ['--yes'] : [])]));
  const images = await step('Base images', chooseImages);
  await step('Build cc-mcp', build);
  const state = await serverState();
  const database = await step('PostgreSQL for it to talk to', () => prepareDatabase(state, images));
  await step(`cc-mcp install ${SERVER} --test`, () => install(database));
  takeBack = () => {};
  await step(`cc-mcp enable ${SERVER}`, () => cc(['enable', SERVER, '--manifest', MANIFEST]));
  await step(`A query through cc-mcp run ${SERVER}`, () => must('node', [
    'scripts/quickstart-query.mjs', NODE, join(ROOT, 'bin/cc-mcp.js'), 'run', SERVER, '--manifest', MANIFEST,
  ]));
  await step('cc-mcp status', () => cc(['status', '--manifest', MANIFEST]));
  sayWhatIsNext();
}

async function undo() {
  if (!existsSync(NODE) || !existsSync(join(ROOT, 'dist'))) console.log('cc-mcp is not built here, so no server is uninstalled');
  else if ((await serverState()) === 'ours') await step(`cc-mcp uninstall ${SERVER}`, () => cc(['uninstall', SERVER, '--purge', '--yes', '--manifest', MANIFEST]));
  await step('Database and network', () => removeDatabase(NAME));
  console.log(`
Gone: the server ${SERVER}, its entry in Claude Code's configuration, its database, the network ${NAME}.
Still there, because other servers may use them:
  ${HOME}: to remove it with all that is in it, ${launcher()} uninstall --all --yes
  base images: docker image ls 'cc-mcp-base/*' lists those that were made here
  the container engine`);
}

async function step(heading, work) {
  if (interrupted !== undefined) throw new QuickstartError('interrupted', interrupted);
  console.log(`\n==> ${heading}`);
  const started = Date.now();
  const result = await work();
  if (interrupted !== undefined) throw new QuickstartError('interrupted', interrupted);
  const took = Date.now() - started;
  if (took > 1000) console.log(`    (${(took / 1000).toFixed(1)} s)`);
  return result;
}

/** What choose-images.sh answered, written where cc-mcp reads it. */
async function chooseImages() {
  const chosen = JSON.parse(await capture('bash', ['scripts/choose-images.sh'], { stderr: 'inherit' }));
  const { images, lines } = await mergeImages(HOME, chosen.images);
  for (const line of lines) console.log(line);
  return images;
}

async function build() {
  if (isBuilt()) console.log('nothing changed since the last build');
  else await must('npm', ['run', '--silent', 'build']);
}

/** A database that the server can reach. A server that knew another one gets this one's address from `install`. */
async function prepareDatabase(state, images) {
  const there = await findDatabase(NAME);
  if (there !== undefined && (await startDatabase(there))) {
    console.log(`${there.container} answers`);
    return there;
  }
  if (there !== undefined) console.log(`${there.container} does not answer: making it anew`);
  await removeContainer(NAME);
  // The network stays where a standby of the server is on it.
  takeBack = () => (state === 'ours' ? removeContainer(NAME) : removeDatabase(NAME));
  const image = images.rewrite?.['postgres:17'] ?? 'postgres:17';
  const database = await createDatabase(NAME, image);
  if (!(await startDatabase(database))) throw new QuickstartError(`PostgreSQL does not answer: docker logs ${database.container}`, 1);
  console.log(`${database.container} answers on the internal network ${database.network} (${image})`);
  return database;
}

async function install(database) {
  const file = writeEnvironmentFile(database);
  try {
    await cc(['install', SERVER, '--test', '--yes', '--global', '--network', database.network, '--env-file', file.path]);
  } finally {
    file.remove();
  }
}

/** `ours`: installed by a quickstart of this name. */
async function serverState() {
  const { stdout, code } = await output(NODE, [join(ROOT, 'bin/cc-mcp.js'), 'status', '--json', '--manifest', MANIFEST]);
  const answer = JSON.parse(stdout);
  if (!answer.ok) throw new QuickstartError(`cc-mcp status: ${answer.error.message}`, code);
  const server = answer.result.servers.find(({ name }) => name === SERVER);
  if (server === undefined) return 'absent';
  if (server.permissions.net === `network ${NAME}`) return 'ours';
  throw new QuickstartError(`${MANIFEST} has a server named ${SERVER} that no quickstart made. Set CC_MCP_HOME to another folder, or: cc-mcp uninstall ${SERVER}`, 5);
}

/** cc-mcp of this checkout. */
async function cc(args) {
  // Without `--` Node reads an --env-file among them for itself.
  await must(NODE, ['--', join(ROOT, 'bin/cc-mcp.js'), ...args]);
}

async function must(command, args) {
  const code = await show(command, args);
  if (code !== 0) throw new QuickstartError(`${[command === NODE ? 'node' : command, ...args.map(short)].join(' ')} ended with ${code}`, code);
}

function short(argument) {
  return argument.startsWith(ROOT) ? relative(ROOT, argument) : argument;
}

function launcher() {
  return join(HOME, 'bin/cc-mcp').replace(homedir(), '~');
}

function sayWhatIsNext() {
  const commands = [
    [`${launcher()} status`, 'what runs, and what it costs'],
    [`${launcher()} logs ${SERVER}`, 'what the server said'],
    [`${launcher()} search`, 'other servers'],
    ['claude', 'and ask: "what does select 41+1 give in my database?"'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length)) + 2;
  console.log(`
Done: ${SERVER} runs in its sandbox, and Claude Code knows it. What to type next:
${commands.map(([command, what]) => `  ${command.padEnd(width)}${what}`).join('\n')}
Take all of it away again:
  npm run quickstart -- --undo`);
}
