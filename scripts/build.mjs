// npm run build: dist/ as `npm pack` ships it. Every module by tsc; and by esbuild, each as one file, the two programs that must
// start fast: dist/run.js (`cc-mcp run`) and dist/keeper.js (makes the next standby behind a session).
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
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

/** Writes run.js and keeper.js into a folder. */
export async function bundlePrograms(outdir) {
  const result = await build({
    entryPoints: [{ in: join(ROOT, 'src/cli/compose-run.ts'), out: 'run' }, { in: join(ROOT, 'src/cli/compose-keeper.ts'), out: 'keeper' }],
    outdir, bundle: true, platform: 'node', format: 'esm', target: 'node22', minifySyntax: true, minifyWhitespace: true, keepNames: false,
    plugins: [builtins], metafile: true, logLevel: 'warning', absWorkingDir: ROOT,
  });
  const heavy = Object.keys(result.metafile.inputs).filter((input) => TOO_HEAVY.test(input));
  if (heavy.length > 0) throw new Error(`run must load no library, and would load ${heavy.join(', ')}`);
  return result.metafile;
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
    const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', fresh], { stdio: 'inherit' });
    if (tsc.status !== 0) throw new Error('the sources do not compile');
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
