// The tables of speed and of shares, or the groups of them that are named. Exits 1 when a row does not hold, 2 when there is no such group.
import { holds, rowLine, table } from './row.ts';
import { shareHolds, shareTable } from './share.ts';
import { openStage } from './stage.ts';

/** @type {Record<string, (stage: import('./stage.ts').Stage) => Promise<readonly import('./row.ts').Row[]>>} */
const GROUPS = {
  connect: async (stage) => (await import('./connect.ts')).connectRows(stage),
  calls: async (stage) => (await import('./calls.ts')).callRows(stage),
  status: async () => (await import('./status.ts')).statusRows(),
  install: async () => (await import('./install.ts')).installRows(),
  'side-by-side': async () => (await import('./side-by-side.ts')).sideBySideRows(),
  rebuild: async () => (await import('./rebuild.ts')).rebuildRows(),
  locked: async () => (await import('./locked.ts')).lockedRows(),
  enable: async () => (await import('./enable.ts')).enableRows(),
  http: async () => (await import('./http.ts')).httpRows(),
  localhost: async () => (await import('./localhost.ts')).localhostRows(),
  process: async (stage) => (await import('./process.ts')).processRows(stage),
};

/** Without an engine. @type {Record<string, () => Promise<readonly import('./share.ts').Share[]>>} */
const SHARES = {
  poisoning: async () => (await import('./poisoning.ts')).poisoningShares(),
};

const chosen = process.argv.slice(2);
const known = [...Object.keys(GROUPS), ...Object.keys(SHARES)];
const unknown = chosen.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: ${known.join(', ')}`);
  process.exit(2);
}
/** @param {string} name */
const wanted = (name) => {
  const measured = chosen.length === 0 || chosen.includes(name);
  if (measured) console.error(`bench: ${name}`);
  return measured;
};
/** Each as soon as it is known: all of it takes long. @param {readonly import('./row.ts').Row[]} measured */
const said = (measured) => {
  for (const each of measured) console.error(rowLine(each));
  return measured;
};
const shares = [];
for (const [name, measure] of Object.entries(SHARES)) if (wanted(name)) shares.push(...(await measure()));
const rows = [];
if (chosen.length === 0 || chosen.some((word) => word in GROUPS)) {
  const stage = await openStage();
  process.once('SIGTERM', async () => {
    await stage[Symbol.asyncDispose]();
    process.exit(143);
  });
  try {
    for (const [name, measure] of Object.entries(GROUPS)) if (wanted(name)) rows.push(...said(await measure(stage)));
  } finally {
    await stage[Symbol.asyncDispose]();
  }
}
const tables = [...(rows.length > 0 ? [table(rows)] : []), ...(shares.length > 0 ? [shareTable(shares)] : [])];
console.log(tables.join('\n\n'));
process.exitCode = rows.every(holds) && shares.every(shareHolds) ? 0 : 1;
