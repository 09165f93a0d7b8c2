import { posix } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import type { HostFacts, HostFiles } from '../../domain/host.ts';
import { isBelow, refusedBy, refusedPaths } from '../../domain/refused-paths.ts';

/** A file or folder of this machine that an entry names. */
export interface NamedPath {
  /** Absolute, as it is called inside too. */
  readonly path: string;
  /** `argument 2`, `MEMORY_FILE_PATH`. */
  readonly where: string;
}

export interface HostPaths {
  /** Relative ones made absolute: the server starts elsewhere. */
  readonly arguments: readonly string[];
  readonly found: readonly NamedPath[];
  /** Those that mean the container's own, a line each. */
  readonly notes: readonly string[];
}

export interface NamingEntry {
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its client starts it; undefined: nobody knows. */
  readonly base: string | undefined;
}

interface Word {
  readonly before: string;
  readonly path: string;
}

/** What of an entry's arguments and variables is there on this machine. What is not there is a word like others. */
export async function hostPaths(entry: NamingEntry, host: HostFacts, files: HostFiles): Promise<HostPaths> {
  const found: NamedPath[] = [];
  const notes: string[] = [];
  const look = async (text: string, where: string): Promise<string> => {
    const word = pathIn(text, entry.base, host.homeFolder);
    if (word === undefined || !(await isThere(files, word.path))) return text;
    const hit = refusedBy(word.path, refusedPaths({ host, engine: [] }), host);
    // A program at `--browser=/usr/bin/chromium` may be in the image; `/`, which only contains such folders, is refused with words.
    if (hit?.why === 'a system folder' && (word.path === hit.path || isBelow(word.path, hit.path))) {
      notes.push(`${where}: ${word.path} is the container's own there, not this machine's`);
      return text;
    }
    found.push({ path: word.path, where });
    return `${word.before}${word.path}`;
  };
  const args: string[] = [];
  for (const [index, text] of entry.arguments.entries()) args.push(await look(text, `argument ${index + 1}`));
  for (const [name, text] of Object.entries(entry.env)) await look(text, name);
  return { arguments: args, found: found.filter(({ path }, index) => found.findIndex((other) => other.path === path) === index), notes };
}

/** A whole word, or what follows `--folder=`. */
function pathIn(text: string, base: string | undefined, homeFolder: string): Word | undefined {
  const [, before = '', path = ''] = /^(--?[A-Za-z][\w-]*=)?(.*)$/s.exec(text) ?? [];
  if (path.includes('\0') || path.includes('\n')) return undefined;
  if (path === '~' || path.startsWith('~/')) return { before, path: tidy(posix.join(homeFolder, path.slice(1))) };
  if (path.startsWith('/')) return { before, path: tidy(path) };
  return base !== undefined && /^\.{1,2}(?:\/|$)/.test(path) ? { before, path: tidy(posix.join(base, path)) } : undefined;
}

function tidy(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** A long word that begins with `/` is no path, and what may not be looked at cannot be granted either. */
async function isThere(files: HostFiles, path: string): Promise<boolean> {
  try {
    return (await files.inspect(path)) !== undefined;
  } catch (error) {
    if (error instanceof CcMcpError) return false;
    throw error;
  }
}
