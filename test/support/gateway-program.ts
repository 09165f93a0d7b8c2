import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error: a script of the build, without types
import { bundlePrograms } from '../../scripts/build.mjs';

/** The source that `npm run build` makes of src/gateway. */
export async function gatewayProgram(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-gateway-'));
  try {
    await (bundlePrograms as (outdir: string) => Promise<unknown>)(folder);
    return await readFile(join(folder, 'gateway.cjs'), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
