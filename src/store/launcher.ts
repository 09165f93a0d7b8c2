import { chmodSync } from 'node:fs';
import type { Launcher } from '../domain/stores.ts';
import { diskError } from './file-errors.ts';
import { takeSnapshot } from './file-snapshot.ts';
import { launcherScript, type LauncherFacts } from './launcher-script.ts';
import type { HomeFiles } from './home-files.ts';

const MODE = 0o755;

/** `~/.cc-mcp/bin/cc-mcp`: what clients start, at a path that never changes. */
export function createLauncher({ home, editor }: Pick<HomeFiles, 'home' | 'editor'>, facts: Omit<LauncherFacts, 'home'>): Launcher {
  const path = home.path('bin', 'cc-mcp');
  const content = Buffer.from(launcherScript({ ...facts, home: home.folder }));
  return {
    path: () => path,
    async repair() {
      const found = home.exists() ? takeSnapshot(path).content : undefined;
      if (found === undefined || !content.equals(found.bytes)) {
        home.makeFolder('bin');
        await editor.edit(path, MODE, () => ({ change: content, result: undefined }));
      }
      if (found === undefined || (found.stat.mode & 0o777) !== MODE) setMode(path);
    },
  };
}

/** Whatever the umask made of it. */
function setMode(path: string): void {
  try {
    chmodSync(path, MODE);
  } catch (error) {
    throw diskError('write', path, error);
  }
}
