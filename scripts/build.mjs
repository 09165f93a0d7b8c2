// npm run build: dist/ as `npm pack` ships it, by esbuild: a command loads few files, because each that Node finds, reads and links
// costs as much as its code. Two programs that must start fastest are one file each, without a library: dist/run.js (`cc-mcp run`) and
// dist/keeper.js (makes the next standby behind a session); so is dist/gateway.cjs, which runs in a container that has nothing but
// Node. Types are checked by `npm run types`.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** What `run` must never load, found in a bundle by its path. */
const TOO_HEAVY = /node_modules\//;

/** Node's own modules without the facade that an ESM import builds: it evaluates every export, also those that load more. */
const builtins = {
  name: 'builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`, loader: 'js' }));
  },
};

/** Writes run.js, keeper.js and gateway.cjs into a folder. */
export async function bundlePrograms(outdir) {
  const result = await build({
    entryPoints: [{ in: join(ROOT, 'src/cli/compose-run.ts'), out: 'run' }, { in: join(ROOT, 'src/cli/compose-keeper.ts'), out: 'keeper' }],
    outdir, bundle: true, platform: 'node', format: 'esm', target: 'node22', minifySyntax: true, minifyWhitespace: true, keepNames: false,
    plugins: [builtins], metafile: true, logLevel: 'warning', absWorkingDir: ROOT,
  });
  const heavy = Object.keys(result.metafile.inputs).filter((input) => TOO_HEAVY.test(input));
  if (heavy.length > 0) throw new Error(`run must load no library, and would load ${heavy.join(', ')}`);
  await build({
    entryPoints: [{ in: join(ROOT, 'src/gateway/main.ts'), out: 'gateway' }], outExtension: { '.js': '.cjs' },
    outdir, bundle: true, platform: 'node', format: 'cjs', target: 'node22', minify: true, logLevel: 'warning', absWorkingDir: ROOT,
  });
  return result.metafile;
}

/** Libraries that Node loads themselves: they read files beside them, or are loaded only when they are needed. */
const BESIDE = ['@oclif/core', '@oclif/core/*', '@modelcontextprotocol/client', '@modelcontextprotocol/client/*', 'dockerode', 'execa', 'npm-registry-fetch', 'tar-stream'];

/** Every command, what `bin` and oclif start, and what `run` loads on its slow path; what several need is shared. */
async function bundleCommands(outdir) {
  const commands = readdirSync(join(ROOT, 'src/commands')).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => `commands/${name.slice(0, -'.ts'.length)}`);
  const result = await build({
    entryPoints: ['cli/main', 'cli/command-not-found', 'cli/compose-slow', ...commands].map((out) => ({ in: join(ROOT, `src/${out}.ts`), out })),
    // A file of dist/ lies as deep as one of src/: the package's folder is found from either.
    outdir, chunkNames: 'chunks/[name]-[hash]', bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node22', mainFields: ['module', 'main'],
    // Libraries in CommonJS ask for Node's own modules by it.
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    external: BESIDE, metafile: true, logLevel: 'warning', absWorkingDir: ROOT,
  });
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licencesOf(Object.keys(result.metafile.inputs)));
}

/** Of each package whose code stands in the bundles. */
function licencesOf(inputs) {
  const names = new Set(inputs.flatMap((input) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  return [...names].sort().map((name) => {
    const folder = join(ROOT, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence to ship`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  }).join('\n----\n\n');
}

function run(program, ...words) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...words], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Beside, then swapped: what runs from dist/ in the meantime finds all of the old or all of the new.
  const fresh = join(ROOT, `dist.${process.pid}`);
  const old = `${fresh}.old`;
  try {
    await bundleCommands(fresh);
    await bundlePrograms(fresh);
    try {
      renameSync(join(ROOT, 'dist'), old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    renameSync(fresh, join(ROOT, 'dist'));
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
  // Without it every command reads all of them at its start.
  run('oclif/bin/run.js', 'manifest');
}
