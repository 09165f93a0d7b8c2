import { CcMcpError } from '../domain/errors.ts';
import { isGoPath, isGoVersion } from '../domain/go-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface GoLock {
  /** The module that has the package. */
  readonly own: GoModule;
  /** All whose code may go into the program, one version of each; `own` among them. */
  readonly modules: readonly GoModule[];
}

const LARGEST = 20 * 1024 * 1024;
const LINE = /^(\S+) (\S+?)(\/go\.mod)? h1:[A-Za-z0-9+/]{43}=$/;

/** The same with the program's own module among them. */
export function parseGoLock(content: string, packagePath: string, version: string): GoLock {
  const modules = parseGoSum(content, `go:${packagePath}`);
  const own = modules.filter(({ path }) => packagePath === path || packagePath.startsWith(`${path}/`)).toSorted((a, b) => b.path.length - a.path.length)[0];
  if (own === undefined || own.version !== version) throw refused(`go:${packagePath}`, 1, `begins a lock that does not have ${packagePath} ${version}`);
  return { own, modules };
}

/**
 * Reads a lock that may come from a stranger: the lines of a `go.sum`, sorted, `MODULE VERSION h1:…` for a module's code, which there
 * is in one version only, and `MODULE VERSION/go.mod h1:…` for what it requires. No line that is not understood. All whose code may
 * go into the program. `what`: for messages.
 */
export function parseGoSum(content: string, what: string): readonly GoModule[] {
  if (content.length > LARGEST) throw refused(what, 1, 'begins a file larger than 20 MiB');
  if (!content.endsWith('\n')) throw refused(what, content.split('\n').length, 'has no end');
  const versions = new Map<string, string>();
  const seen = new Set<string>();
  for (const [index, line] of content.slice(0, -1).split('\n').entries()) {
    const [, path = '', its = '', requirements] = LINE.exec(line) ?? [];
    if (!isGoPath(path) || !isGoVersion(its)) throw refused(what, index + 1, `is not MODULE VERSION h1:HASH: ${sanitizeLine(line, 80)}`);
    const key = `${path} ${its}${requirements ?? ''}`;
    if (seen.has(key)) throw refused(what, index + 1, `names ${key} a second time`);
    seen.add(key);
    if (requirements !== undefined) continue;
    if (versions.has(path)) throw refused(what, index + 1, `names a second version of ${path}`);
    versions.set(path, its);
  }
  return [...versions].map(([path, its]) => ({ path, version: its }));
}

function refused(what: string, line: number, problem: string): CcMcpError {
  return new CcMcpError('LOCK_INVALID', `Line ${line} of the lock of ${what} ${problem}`, {
    suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'], details: { package: what.replace(/^go:/, ''), line },
  });
}
