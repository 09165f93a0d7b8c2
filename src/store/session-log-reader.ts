import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sessionLogFiles } from './session-log.ts';

/** One line of a session's stderr. */
interface KeptLine {
  /** ISO 8601. */
  readonly time: string;
  /** The first digits of the container's token: one session, one value. */
  readonly session: string;
  readonly text: string;
}

const POLL_MILLISECONDS = 200;
const LINE = /^(\d{4}-\d{2}-\d{2}T[\d:.]+Z) ?(.*)$/s;

/** Reads what session-log.ts wrote. */
export const sessionLogReader = {
  /** Every kept line of a folder, oldest first. */
  async read(folder: string): Promise<readonly KeptLine[]> {
    const files = await Promise.all(sessionLogFiles(folder).map(readLog));
    return files.flatMap(({ lines }) => lines).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  },

  /** Whole lines that are written from now on, in every file of the folder, also in new ones, until the signal. */
  async *follow(folder: string, signal: AbortSignal): AsyncIterable<KeptLine> {
    const read = new Map<string, number>();
    for (const file of sessionLogFiles(folder)) read.set(file, (await readLog(file)).bytes);
    while (!signal.aborted) {
      for (const file of sessionLogFiles(folder)) {
        const { lines, bytes } = await readLog(file, read.get(file) ?? 0);
        read.set(file, bytes);
        yield* lines;
      }
      if (!(await waited(signal))) return;
    }
  },
};

/** The whole lines of a file from an offset, and the offset behind the last of them. */
async function readLog(file: string, from = 0): Promise<{ readonly lines: readonly KeptLine[]; readonly bytes: number }> {
  const content = await contentOf(file);
  const end = content.lastIndexOf(0x0a) + 1;
  if (end <= from) return { lines: [], bytes: from };
  const session = /-([0-9a-f]+)\.log$/.exec(basename(file))?.[1] ?? '';
  const lines = content.subarray(from, end).toString('utf8').split('\n').slice(0, -1).flatMap((line) => {
    const [, time, text] = LINE.exec(line) ?? [];
    return time === undefined || text === undefined ? [] : [{ time, session, text }];
  });
  return { lines, bytes: end };
}

/** A file may be pruned between listing and reading. */
async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

async function waited(signal: AbortSignal): Promise<boolean> {
  try {
    await delay(POLL_MILLISECONDS, undefined, { signal });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return false;
    throw error;
  }
}
