import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSessionLog } from './session-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const fail = (error: Error): never => {
  throw error;
};
const texts = (): string[] => readdirSync(join(folder, 'logs')).sort().map((name) => readFileSync(join(folder, 'logs', name), 'utf8'));

test('each line has its time, also when it comes in pieces, and the last one an end', async () => {
  const log = openSessionLog(join(folder, 'logs'), 'abc'.repeat(8), fail);
  for (const piece of ['one\ntw', 'o\n\n', 'three']) log.write(piece);
  await log.close();
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z `;
  expect(texts()).toEqual([expect.stringMatching(new RegExp(`^${time}one\n${time}two\n${time}\n${time}three\n$`))]);
});

test('nothing is created for a server that says nothing', async () => {
  await openSessionLog(join(folder, 'logs'), 'abc', fail).close();
  expect(readdirSync(folder)).toEqual([]);
});

test('the session that claims a standby continues its log', async () => {
  for (const word of ['loading\n', 'serving\n']) {
    const log = openSessionLog(join(folder, 'logs'), 'abc'.repeat(8), fail);
    log.write(word);
    await log.close();
  }
  expect(texts()).toHaveLength(1);
  expect(texts()[0]).toMatch(/loading\n.*serving\n$/);
});

test('a flood goes on in new files, and old ones go', async () => {
  const log = openSessionLog(join(folder, 'logs'), 'abc'.repeat(8), fail);
  const megabyte = `${'x'.repeat(1023)}\n`.repeat(1024);
  for (let count = 0; count < 140; count += 1) {
    if (!log.write(megabyte)) await log.drained();
  }
  await log.close();
  const sizes = readdirSync(join(folder, 'logs')).map((name) => statSync(join(folder, 'logs', name)).size);
  expect(sizes.length).toBeLessThanOrEqual(24);
  expect(Math.max(...sizes)).toBeLessThan(7 * 1024 ** 2);
  // 140 MiB take their time on a busy disk.
}, 60_000);

test('a log that cannot be written is said once, and the session goes on', async () => {
  writeFileSync(join(folder, 'logs'), 'a file in the way');
  const failures: string[] = [];
  const log = openSessionLog(join(folder, 'logs'), 'abc', (error) => failures.push(error.message));
  for (let count = 0; count < 3; count += 1) expect(log.write('line\n')).toBe(true);
  await log.close();
  expect(failures).toHaveLength(1);
});
