import { lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The nearest folder upwards that is a git repository or a worktree of one. */
export function gitRoot(workingFolder: string): string | undefined {
  for (let folder = resolve(workingFolder); ; folder = dirname(folder)) {
    if (lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
