import { resolve } from 'node:path';
import { gitRoot } from './git-root.ts';

/** What `@project` stands for: the folder that the client says it opened, else the git root of the working folder. As typed. */
export function openedProject({ workingFolder, environment }: { readonly workingFolder: string; readonly environment: Readonly<Record<string, string | undefined>> }): string | undefined {
  const named = environment['CLAUDE_PROJECT_DIR'];
  return named ? resolve(workingFolder, named) : gitRoot(workingFolder);
}
