/**
 * npm run verify:index [-- NAME… --json]: installs and proves every package of the starter index, or the named ones.
 *
 * Each is built and tested by the built CLI in a throw-away home, listed by a client through `cc-mcp run` (beside its companion
 * in the gate where it has one), and taken away again.
 * Needed values are dummies: what cannot go on without an account is proven as far as listing its tools.
 *   --json   one document on stdout in place of the table
 *
 * Exit codes: 0 all proven, 1 one is not, 2 usage, 4 no container engine, 130/143 signals.
 *
 * Starts on Node 20; everything that it starts runs on the Node of the devDependencies.
 */
import { ensureDependencies } from './dependencies.mjs';
import { isBuilt } from './quickstart-build.mjs';
import { capture, QuickstartError, show, stopChildren } from './quickstart-process.mjs';
import { throwAwayHome } from './verify-home.mjs';
import { verifyPackage } from './verify-package.mjs';
import { indexTable } from './verify-table.mjs';

const SIDE_BY_SIDE = 2;
const USAGE = 'npm run verify:index [-- NAME… --json]';

let interrupted;
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    interrupted ??= code;
    // A terminal gives Ctrl-C to all that run in it.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) stopChildren(signal);
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const names = args.filter((argument) => !argument.startsWith('-'));
  const options = new Set(args.filter((argument) => argument.startsWith('-')));
  if ([...options].some((option) => option !== '--json')) {
    console.error(USAGE);
    return options.has('--help') || options.has('-h') ? 0 : 2;
  }
  try {
    return await verifyIndex(names, options.has('--json'));
  } catch (error) {
    if (interrupted !== undefined) return interrupted;
    if (!(error instanceof QuickstartError)) throw error;
    console.error(`verify:index: ${error.message}`);
    return error.exitCode;
  }
}

async function verifyIndex(names, json) {
  const home = await throwAwayHome(await prepare());
  let left = [];
  let results;
  try {
    const offered = await offeredNames(home);
    const unknown = names.filter((name) => !offered.includes(name));
    if (unknown.length > 0) throw new QuickstartError(`no such package: ${unknown.join(', ')}; there are ${offered.join(', ')}`, 2);
    results = await verifyAll(home, names.length > 0 ? offered.filter((name) => names.includes(name)) : offered);
  } finally {
    left = await home.remove();
  }
  if (interrupted !== undefined) return interrupted;
  const ok = left.length === 0 && results.every(({ outcome }) => outcome === 'proven');
  console.log(json ? JSON.stringify({ ok, packages: results, leftBehind: left }, undefined, 2) : indexTable(results));
  for (const line of left) console.error(`✗ ${line} was left behind`);
  return ok ? 0 : 1;
}

/** What the CLI needs before it can install anything. Gives the `images` part of a config.json. */
async function prepare() {
  if ((await ensureDependencies((line) => console.error(line))) !== 0) throw new QuickstartError('npm ci failed', 1);
  await must('bash', ['scripts/ensure-engine.sh']);
  const { images } = JSON.parse(await capture('bash', ['scripts/choose-images.sh'], { stderr: 'inherit' }));
  if (!isBuilt()) await must('npm', ['run', '--silent', 'build']);
  return images;
}

async function must(command, args) {
  const code = await show(command, args, { stdout: 2 });
  if (code !== 0) throw new QuickstartError(`${[command, ...args].join(' ')} ended with ${code}`, code);
}

async function offeredNames(home) {
  const { ok, result, error } = await home.cc(['search']);
  if (!ok) throw new QuickstartError(error.message, 1);
  return result.packages.map(({ name }) => name);
}

async function verifyAll(home, names) {
  const results = new Map();
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined && interrupted === undefined; name = waiting.shift()) {
      const result = await verifyPackage(home, name);
      results.set(name, result);
      console.error(`[${results.size}/${names.length}] ${name}: ${result.outcome}${result.reason === '' ? '' : `: ${result.reason}`}`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return names.flatMap((name) => results.get(name) ?? []);
}
