// npm run bench [WORD…]: bench/measure.mjs, and after it nothing of it at the engine, also when it is stopped in the middle.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homeIdsBelow, removeLeftovers } from '../scripts/test-leftovers.mjs';

const LAST_WORDS_MILLISECONDS = 20_000;

// All homes are made below it, so that what they have at the engine is found.
const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-bench-'));
chmodSync(folder, 0o755);
const since = Date.now();
// A process group of its own: on a terminal Ctrl-C reaches every process of ours at once, and what ends first is to be ours to say.
const measuring = spawn(process.execPath, [join(import.meta.dirname, 'measure.mjs'), ...process.argv.slice(2)], {
  detached: true, stdio: 'inherit', env: { ...process.env, TMPDIR: folder },
});
const group = measuring.pid ?? 0;
/** @type {NodeJS.Signals | undefined} */
let stoppedBy;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    stoppedBy ??= signal;
    tell('SIGTERM');
  });
}
const code = await new Promise((resolve, reject) => {
  measuring.once('error', reject).once('exit', (number) => resolve(number ?? 1));
});
if (stoppedBy !== undefined) await clear();
rmSync(folder, { recursive: true, force: true });
process.exitCode = stoppedBy === undefined ? code : 128 + constants.signals[stoppedBy];

async function clear() {
  console.error('bench: stopped; taking away what it has at the engine');
  // Commands that were told to end take away what they made themselves; an image that one of them uses cannot be removed.
  for (const until = Date.now() + LAST_WORDS_MILLISECONDS; tell(0); await sleep(100)) {
    if (Date.now() > until) tell('SIGKILL');
  }
  for (const line of await removeLeftovers({ ids: homeIdsBelow(folder), since }, [[]])) console.error(`removed ${line}`);
}

/** Whether there was somebody to tell. @param {NodeJS.Signals | 0} signal */
function tell(signal) {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
