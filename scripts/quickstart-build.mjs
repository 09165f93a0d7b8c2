import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './dependencies.mjs';

const SOURCES = ['src', 'scripts/build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** Written by the build; their folder is new after each. */
const OUTPUTS = ['dist/cli/main.js', 'dist/run.js', 'dist/keeper.js'];

/** Whether dist/ is newer than everything that it is made from. */
export function isBuilt() {
  const built = OUTPUTS.map((path) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return SOURCES.every((path) => newest(join(ROOT, path)) < Math.min(...built));
}

/** Of a folder with all that is in it, and of the folder itself, which changes when something in it goes. */
function newest(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
