/**
 * requirements.mjs REPORT.json…: whether every requirement is proven.
 *
 * Reads vitest's JSON reports, test/requirements.json and test/faults.json. A test cites a requirement in its title in brackets:
 * `[M5]`, a fault `[F12]`. Fails (exit 1) for a required id without a citing test that passed, for one that a failing test cites, and for a cited id that
 * does not exist.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './dependencies.mjs';

const CITATION = /\[([A-Z]\d+)\]/g;

/** Ids of a title. */
export function citedIds(title) {
  return [...title.matchAll(CITATION)].map(([, id]) => id);
}

/** Behaviours and faults by their id. A fault that belongs to what is not there yet says why, and may be cited all the same. */
function readRequirements() {
  const [requirements, faults] = ['requirements', 'faults'].map((name) => JSON.parse(readFileSync(join(ROOT, `test/${name}.json`), 'utf8')));
  return { ...requirements, ...Object.fromEntries(Object.entries(faults).map(([id, { text, later }]) => [id, { text, optional: later !== undefined }])) };
}

/** A line for each thing that is wrong. `tests` are `{ title, status }`, with vitest's words for the status. */
export function requirementProblems(requirements, tests) {
  const citing = new Map();
  for (const { title, status } of tests) {
    for (const id of citedIds(title)) citing.set(id, [...(citing.get(id) ?? []), { title, status }]);
  }
  const unknown = [...citing].filter(([id]) => !(id in requirements)).map(([id, [first]]) => `[${id}] is cited by "${first.title}" and does not exist`);
  const unproven = Object.entries(requirements).flatMap(([id, { text, optional }]) => {
    const tests = citing.get(id) ?? [];
    if (tests.some(({ status }) => status === 'failed')) return [`${id} fails: ${text}`];
    if (tests.some(({ status }) => status === 'passed') || optional) return [];
    return [tests.length > 0 ? `${id} is cited only by tests that were skipped: ${text}` : `${id} is cited by no test: ${text}`];
  });
  return [...unknown, ...unproven];
}

export function testsOf(report) {
  return report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName, status }) => ({ title: fullName, status })));
}

function main(files) {
  const requirements = readRequirements();
  const tests = files.flatMap((file) => testsOf(JSON.parse(readFileSync(file, 'utf8'))));
  const problems = requirementProblems(requirements, tests);
  for (const problem of problems) console.log(`✗ ${problem}`);
  const required = Object.values(requirements).filter(({ optional }) => !optional).length;
  if (problems.length === 0) console.log(`✓ all ${required} requirements are proven by tests that passed`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv.slice(2));
