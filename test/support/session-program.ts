import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error: a script of the build, without types
import { bundlePrograms } from '../../scripts/build.mjs';

const ROOT = join(import.meta.dirname, '../..');

export interface SessionProgram extends AsyncDisposable {
  /** `bin/cc-mcp.js` beside the real bundles. */
  readonly bin: string;
  readonly folder: string;
}

/** What `npm run build` makes of `run`, in a folder of its own; `slowPath` is the text of a module in the place of compose-slow.js. */
export async function sessionProgram(slowPath?: string): Promise<SessionProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-program-'));
  await (bundlePrograms as (outdir: string) => Promise<unknown>)(join(folder, 'dist'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'dist/cli'));
  await cp(join(ROOT, 'bin/cc-mcp.js'), join(folder, 'bin/cc-mcp.js'));
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  if (slowPath !== undefined) await writeFile(join(folder, 'dist/cli/compose-slow.js'), slowPath);
  return { bin: join(folder, 'bin/cc-mcp.js'), folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
