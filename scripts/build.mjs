// npm run build: dist/ as `npm pack` ships it. Every module by tsc; and by esbuild, each as one file, the two programs that must
// start fast: dist/run.js (`cc-mcp run`) and dist/keeper.js (makes the next standby behind a session).
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
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

function compile() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (tsc.status !== 0) process.exit(tsc.status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  compile();
  await bundlePrograms(join(ROOT, 'dist'));
}
