// npm run bench [WORD…]: the speed table, or the groups of it that are named. Exits 1 when a row does not hold.
import { holds, table } from './row.ts';
import { openStage } from './stage.ts';

/** @type {Record<string, (stage: import('./stage.ts').Stage) => Promise<readonly import('./row.ts').Row[]>>} */
const GROUPS = {
  connect: async (stage) => (await import('./connect.ts')).connectRows(stage),
  calls: async (stage) => (await import('./calls.ts')).callRows(stage),
  status: async () => (await import('./status.ts')).statusRows(),
  install: async () => (await import('./install.ts')).installRows(),
  process: async (stage) => (await import('./process.ts')).processRows(stage),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((word) => !(word in GROUPS));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: ${Object.keys(GROUPS).join(', ')}`);
  process.exit(2);
}
const rows = [];
const stage = await openStage();
try {
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.error(`bench: ${name}`);
    rows.push(...(await measure(stage)));
  }
} finally {
  await stage[Symbol.asyncDispose]();
}
console.log(table(rows));
process.exitCode = rows.every(holds) ? 0 : 1;
