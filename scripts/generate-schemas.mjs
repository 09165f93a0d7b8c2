// node scripts/generate-schemas.mjs [--check]: writes schemas/*.json from schemas/source, needs `npm run build` for the command
// snapshot. With --check it writes nothing, names the files that differ, and exits 1.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedSchemas } from '../schemas/source/generated.ts';

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'schemas');
const check = process.argv.includes('--check');
const wanted = await generatedSchemas();
const stale = (await readdir(FOLDER)).filter((name) => name.endsWith('.json') && !wanted.has(name));
const different = [];
for (const [name, text] of wanted) {
  const path = join(FOLDER, name);
  const current = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (current === text) continue;
  different.push(name);
  if (!check) await writeFile(path, text);
}
if (!check) for (const name of stale) await rm(join(FOLDER, name));
for (const name of [...different, ...stale]) console.error(`${check ? 'differs' : 'written'}: schemas/${name}`);
if (check && different.length + stale.length > 0) process.exitCode = 1;
