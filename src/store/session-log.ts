import { createWriteStream, mkdirSync, readdirSync, unlinkSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { SessionLog } from '../domain/session-ports.ts';

/** A log goes on in a new file after this. */
const FILE_BYTES = 4 * 1024 * 1024;
/** Of one server. More than clients start at once, so that no living session loses its own. */
const FILES_KEPT = 24;
/** `20261121T071500123Z-0123456789ab.log`: sorted by name is sorted by time. */
const FILE_NAME = /^\d{8}T\d{9}Z-[0-9a-f]+\.log$/;

/**
 * The stderr of one container, in one file of its server's folder; each line begins with the time at which it came (ISO 8601) and a
 * space. A standby's log is continued by the session that claims it. Nothing is created before there is something to write.
 */
export function openSessionLog(folder: string, token: string, onFailure: (error: Error) => void): SessionLog {
  let stream: WriteStream | undefined;
  let written = 0;
  let atLineStart = true;
  let failed = false;

  const open = (): WriteStream => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    prune(folder);
    const opened = createWriteStream(join(folder, fileFor(folder, token, written > 0)), { flags: 'a', mode: 0o600 });
    opened.on('error', (error) => {
      if (!failed) onFailure(error);
      failed = true;
    });
    written = 0;
    return opened;
  };

  return {
    write(text) {
      if (failed) return true;
      try {
        if (written > FILE_BYTES) {
          stream?.end();
          stream = undefined;
        }
        stream ??= open();
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
        failed = true;
        onFailure(error);
        return true;
      }
      const stamped = stamp(text, atLineStart);
      atLineStart = text.endsWith('\n');
      written += stamped.length;
      return stream.write(stamped);
    },
    async drained() {
      const current = stream;
      if (failed || current === undefined || !current.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        current.once('drain', resolve);
        current.once('close', resolve);
      });
    },
    async close() {
      const current = stream;
      if (current === undefined || failed) return;
      await new Promise<void>((resolve) => {
        current.once('close', resolve);
        current.end(atLineStart ? '' : '\n');
      });
    },
  };
}

/** The log files of a server's folder, oldest first. */
export function sessionLogFiles(folder: string): readonly string[] {
  return names(folder).filter((name) => FILE_NAME.test(name)).sort().map((name) => join(folder, name));
}

function stamp(text: string, atLineStart: boolean): string {
  const time = `${new Date().toISOString()} `;
  const body = text.replaceAll(/\n(?=[^])/g, `\n${time}`);
  return atLineStart ? time + body : body;
}

function fileFor(folder: string, token: string, rotated: boolean): string {
  const tail = `-${token.slice(0, 12)}.log`;
  const existing = rotated ? undefined : names(folder).filter((name) => name.endsWith(tail)).sort().at(-1);
  return existing ?? `${new Date().toISOString().replaceAll(/[-:.]/g, '')}${tail}`;
}

/** Makes room for one more. */
function prune(folder: string): void {
  for (const file of sessionLogFiles(folder).slice(0, 1 - FILES_KEPT)) {
    try {
      unlinkSync(file);
    } catch (error) {
      // Somebody else prunes too.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
