import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from './file-errors.ts';
import type { Home } from './home.ts';

/** The last build of a server, whole: beside its sessions' logs, gone with them. */
export interface BuildLog {
  readonly path: string;
  line(text: string): void;
}

export function openBuildLog(home: Home, manifestId: string, server: string): BuildLog {
  const path = join(home.makeFolder('logs', manifestId, server), 'build.log');
  const write = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw diskError('write', path, error);
    }
  };
  write(() => writeFileSync(path, '', { mode: 0o600 }));
  return { path, line: (text) => write(() => appendFileSync(path, `${text}\n`)) };
}
