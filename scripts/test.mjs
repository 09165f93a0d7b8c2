/**
 * npm test [-- PART…]: everything, or the named parts.
 *
 * Installs what is missing (packages, the container engine, base images), then runs one part after the other, goes on after one
 * that failed, and ends in one line: `N passed, N failed` (and `, N skipped`). A check counts as one test.
 * Exit codes: 0 all passed, 1 something failed, 2 usage, 130/143 signals.
 *
 * Starts on Node 20; everything that it starts runs on the Node of the devDependencies.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { ensureDependencies, projectEnvironment, ROOT, run } from './dependencies.mjs';
import { holdImages } from './held-images.mjs';
import { removeLeftovers, watchHomes } from './test-leftovers.mjs';

const MINUTE = 60_000;
const WORKERS = process.env.CC_MCP_TEST_WORKERS ?? String(Math.max(1, Math.min(4, availableParallelism())));

const LINES_OF_A_FAILURE = 30;

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const FAILED = { passed: 0, failed: 1, skipped: 0 };

/** Everything that is started here shares it: the engine tests build on these images. */
const environment = {};

const PROJECTS = ['unit', 'contract', 'engine', 'cli', 'faults'];

const PARTS = [
  { name: 'engine-ready', heading: 'Container engine', run: () => check('bash', ['scripts/ensure-engine.sh'], 10 * MINUTE) },
  { name: 'images', heading: 'Base images', run: chooseImages },
  { name: 'podman', heading: 'Podman', run: ensurePodman },
  { name: 'types', heading: 'Types', run: () => check('tsc', ['--noEmit', '-p', '.'], 5 * MINUTE) },
  { name: 'lint', heading: 'Lint', run: () => check('oxlint', ['--deny-warnings'], 5 * MINUTE) },
  { name: 'knip', heading: 'Dead code', run: () => check('knip', [], 5 * MINUTE) },
  { name: 'build', heading: 'Build', run: () => check('npm', ['run', '--silent', 'build'], 5 * MINUTE) },
  { name: 'package', heading: 'Package', run: () => check('publint', ['--strict'], 5 * MINUTE) },
  { name: 'unit', heading: 'Unit tests', run: () => vitest('unit', 5 * MINUTE) },
  { name: 'contract', heading: 'Contract tests', run: () => vitest('contract', 10 * MINUTE) },
  { name: 'engine', heading: 'Engine tests', run: () => vitest('engine', 20 * MINUTE) },
  { name: 'cli', heading: 'CLI tests', run: cliTests },
  { name: 'faults', heading: 'Fault tests', run: () => vitest('faults', 20 * MINUTE) },
  { name: 'leftovers', heading: 'Nothing left behind', run: leftovers },
  { name: 'requirements', heading: 'Requirements', run: requirements },
];
/** What these need is made first, also when it was not named. */
const NEEDS = { package: ['build'], podman: ['engine-ready', 'images'], engine: ['engine-ready', 'images'], cli: ['engine-ready', 'images', 'podman', 'build'], faults: ['engine-ready', 'images', 'build'], contract: ['engine-ready', 'images', 'podman'] };

let interrupted;
let running;
let homes;
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    interrupted ??= code;
    stop('SIGTERM');
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(names) {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`no such part: ${unknown.join(', ')}; there are ${PARTS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const wanted = new Set(names.flatMap((name) => [...(NEEDS[name] ?? []), name]));
  const started = Date.now();
  if ((await ensureDependencies((line) => console.log(`\n=== Dependencies: ${line} ===`))) !== 0) {
    console.log('\n0 passed, 1 failed');
    return 1;
  }
  // Tests make their homes below it.
  environment.TMPDIR = mkdtempSync(join(tmpdir(), 'cc-test-'));
  chmodSync(environment.TMPDIR, 0o755);
  homes = watchHomes(environment.TMPDIR);
  const outcomes = [];
  try {
    for (const part of PARTS) {
      if (wanted.size > 0 && !wanted.has(part.name)) continue;
      if (interrupted !== undefined) return await abandon();
      outcomes.push({ heading: part.heading, ...(await timed(part)) });
    }
    return interrupted === undefined ? conclude(outcomes, Date.now() - started) : await abandon();
  } finally {
    homes.stop();
    rmSync(environment.TMPDIR, { recursive: true, force: true });
  }
}

/** After Ctrl-C the tests do not clean up any more. */
async function abandon() {
  homes.stop();
  await removeLeftovers(homes, engines());
  return interrupted;
}

async function timed(part) {
  console.log(`\n=== ${part.heading} ===`);
  const started = Date.now();
  const counts = await part.run();
  console.log(`--- ${part.heading}: ${countsLine(counts)} in ${seconds(Date.now() - started)}`);
  return { ...counts, milliseconds: Date.now() - started };
}

function conclude(outcomes, milliseconds) {
  reportFailures();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const key of Object.keys(total)) total[key] = outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  console.log(`\n=== All of it in ${seconds(milliseconds)} ===`);
  for (const outcome of outcomes) console.log(`${outcome.failed > 0 ? '✗' : '✓'} ${outcome.heading.padEnd(18)} ${seconds(outcome.milliseconds).padStart(7)}  ${countsLine(outcome)}`);
  console.log(`\n${countsLine(total)}`);
  return total.failed > 0 ? 1 : 0;
}

function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

async function check(command, args, limit) {
  const code = await bounded(command, args, limit);
  if (code !== 0) console.log(`${[command, ...args].join(' ')} ended with ${code}`);
  return code === 0 ? PASSED : FAILED;
}

/** Says which images the tests build on. Making them takes minutes the first time where no registry is reached. */
async function chooseImages() {
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['scripts/choose-images.sh'], { cwd: ROOT, env: projectEnvironment(), timeout: 15 * MINUTE });
    JSON.parse(stdout);
    environment.CC_MCP_TEST_IMAGES = stdout.trim();
    process.stdout.write(stderr);
    return PASSED;
  } catch (error) {
    console.log(`${error.stderr ?? ''}${error.message}`);
    return FAILED;
  }
}

/** A second engine, with the images that were chosen. Where it cannot be had its tests fail, as on Docker. */
async function ensurePodman() {
  const { bases = {}, rewrite = {} } = JSON.parse(environment.CC_MCP_TEST_IMAGES ?? '{"images":{}}').images;
  // Empty: none, also where one is left from before.
  environment.CC_MCP_TEST_PODMAN = '';
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['scripts/ensure-podman.sh', ...Object.values({ node: 'node:24-slim', ...bases }), ...Object.values(rewrite)], { cwd: ROOT, env: projectEnvironment(), timeout: 10 * MINUTE, maxBuffer: 1 << 26 });
    environment.CC_MCP_TEST_PODMAN = stdout.trim();
    process.stdout.write(stderr);
    return PASSED;
  } catch (error) {
    console.log(`${error.stderr ?? ''}${error.message}`);
    return FAILED;
  }
}

async function cliTests() {
  let release;
  try {
    release = await holdImages(environment.TMPDIR, environment.CC_MCP_TEST_IMAGES ?? '{}');
    return await vitest('cli', 45 * MINUTE);
  } catch (error) {
    console.log(`${error.stderr ?? ''}${error.message}`);
    return FAILED;
  } finally {
    await release?.();
  }
}

async function vitest(project, limit) {
  const file = reportFile(project);
  const code = await bounded('vitest', [
    'run', '--project', project, '--maxWorkers', WORKERS, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`,
  ], limit);
  const counts = countsOf(file);
  if (counts === undefined) return FAILED;
  // Unhandled errors, and a crash after the last test, are failures that no test has.
  const hidden = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  if (hidden) console.log(counts.passed === 0 ? `no test of ${project} passed` : `vitest ended with ${code}`);
  return { ...counts, failed: counts.failed + (hidden ? 1 : 0) };
}

function countsOf(file) {
  const report = readReport(file);
  if (report === undefined) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of report.testResults) {
    for (const assertion of assertionResults) counts[assertion.status === 'passed' || assertion.status === 'failed' ? assertion.status : 'skipped'] += 1;
    // A file that does not load, or whose set-up fails, has no failed test of its own.
    if (status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed')) counts.failed += 1;
  }
  return counts;
}

/** Once more at the end, where whoever looks at the tail of a long log looks. */
function reportFailures() {
  const failures = PROJECTS.map(reportFile).filter((file) => existsSync(file)).flatMap((file) => readReport(file)?.testResults ?? []).filter(({ status }) => status === 'failed');
  for (const { name, message, assertionResults } of failures) {
    console.log(`\n✗ ${relative(ROOT, name)}`);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0) console.log(head(message));
    for (const { fullName, failureMessages } of failed) console.log(`  ✗ ${fullName}\n${head(failureMessages.join('\n'))}`);
  }
}

function head(message) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_OF_A_FAILURE);
  return lines.map((line) => `    ${line.slice(0, 400)}`).join('\n');
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    console.log(`there is no report in ${file}`);
    return undefined;
  }
}

async function requirements() {
  const files = PROJECTS.map(reportFile).filter((file) => existsSync(file));
  return check('node', ['scripts/requirements.mjs', ...files], MINUTE);
}

/** What a test's home left at the engine is taken away, and is a failure: cc-mcp or the test forgot it. */
async function leftovers() {
  homes.stop();
  try {
    const lines = await removeLeftovers(homes, engines());
    for (const line of lines) console.log(`✗ ${line} was left behind`);
    return lines.length === 0 ? PASSED : FAILED;
  } catch (error) {
    console.log(error.message);
    return FAILED;
  }
}

/** What the docker command asks for each engine of the tests. */
function engines() {
  const podman = environment.CC_MCP_TEST_PODMAN ?? '';
  return [[], ...(podman === '' ? [] : [['--host', `unix://${podman}`]])];
}

function reportFile(project) {
  return join(environment.TMPDIR, `report-${project}.json`);
}

/** In a process group of its own, so that a part that hangs goes with all that it started. */
async function bounded(command, args, limit) {
  const timer = setTimeout(() => {
    console.log(`${command}: stopped after ${limit / MINUTE} minutes`);
    stop('SIGKILL');
  }, limit);
  try {
    return await run(command, args, { env: projectEnvironment(environment), detached: true, started: (child) => { running = child; } });
  } finally {
    clearTimeout(timer);
    running = undefined;
  }
}

function stop(signal) {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
