import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import ignore from '@balena/dockerignore';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { checkSize, isLeftOut } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';

/**
 * The files of a folder as they are now, but for what its `.dockerignore` and our own rule leave out. A link to a file inside is read
 * as that file; one that leads out of the folder is refused. Nothing is written. `kept`: a file that counts all the same, as a
 * Dockerfile does for its own build.
 */
export function readLocalFiles(folder: string, { signal, kept }: { readonly signal?: AbortSignal | undefined; readonly kept?: string } = {}): readonly ProjectFile[] {
  const ignored = ignoredBy(folder);
  const files: ProjectFile[] = [];
  let bytes = 0;
  const walk = (below: string): void => {
    signal?.throwIfAborted();
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (isLeftOut(path)) continue;
      // A folder that is ignored may still hold what a later line takes back.
      if (entry.isDirectory()) walk(path);
      else if ((path === kept || !ignored(path)) && (entry.isFile() || entry.isSymbolicLink())) {
        const file = readFile(folder, path, bytes);
        if (file === undefined) continue;
        files.push(file);
        bytes += file.content.length;
        checkSize(folder, files.length, bytes);
      }
    }
  };
  walk('');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function ignoredBy(folder: string): (path: string) => boolean {
  let text: string;
  try {
    text = readFileSync(join(folder, '.dockerignore'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(join(folder, '.dockerignore'), error);
    return () => false;
  }
  const rules = ignore.default({ ignorecase: false }).add(text);
  return (path) => rules.ignores(path);
}

function readFile(folder: string, path: string, before: number): ProjectFile | undefined {
  const full = join(folder, path);
  try {
    const target = realpathSync(full);
    if (!target.startsWith(`${folder}${sep}`)) throw leavesFolder(folder, path);
    const { mode, size } = statSync(target);
    checkSize(folder, 0, before + size);
    return { path, content: readFileSync(target), executable: (mode & 0o111) !== 0 };
  } catch (error) {
    if (error instanceof CcMcpError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    // It went while we read, or is a link to nothing, or to a folder, whose own files are read where they are.
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw unreadable(full, error);
  }
}

function leavesFolder(folder: string, path: string): CcMcpError {
  return new CcMcpError('REFUSED', `${sanitizeLine(path, 200)} in ${sanitizeLine(folder, 200)} is a symbolic link that leads out of the folder`, {
    suggestions: ['Leave it out in the folder\'s .dockerignore, or put the file itself there'], details: { folder, path },
  });
}

function unreadable(path: string, error: unknown): CcMcpError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
  return new CcMcpError('REFUSED', `${sanitizeLine(path, 200)} cannot be read (${code})`, { suggestions: [`Check who may read it: ls -l ${sanitizeLine(path, 200)}`], cause: error });
}
