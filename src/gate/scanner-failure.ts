import { sanitize } from '../domain/sanitize.ts';

/** The program's level and clock before the words: «2026-01-01T00:00:00Z FATAL Fatal error», «[0001] ERROR». */
const LOG_PREFIX = /^(?:\[\d+\]|\d{4}-\d\d-\d\dT\S+)?\s*(?:FATAL|ERROR)\s+(?:Fatal error\s+)?/;
const MOST = 240;

/** What a scanner says of its own failure: its last error, which may go over several lines; else its last words. */
export function scannerFailure(stderr: string, exitCode: number): string {
  const lines = sanitize(stderr).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const start = lines.findLastIndex((line) => LOG_PREFIX.test(line));
  const words = (start === -1 ? lines.slice(-1) : lines.slice(start)).join(' ').replace(LOG_PREFIX, '');
  if (words === '') return `exit code ${exitCode}`;
  // Such an error is a chain of causes, the first of them the widest: its beginning and its end tell most.
  return words.length <= MOST ? words : `${words.slice(0, MOST / 2)} … ${words.slice(-MOST / 2)}`;
}

/** Whether it failed for want of its database of vulnerabilities: the most common case, on a machine that reaches few hosts. */
export function lacksDatabase(failure: string): boolean {
  return /\bDB\b|\bvulnerability (?:db|database)\b|\bdatabase does not exist\b/i.test(failure);
}
