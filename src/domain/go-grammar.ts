/* Import paths of Go packages, canonical versions of modules, and the questions for a version that Go's own tool understands. */

const HOST = /^(?=.*\.)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const ELEMENT = /^[A-Za-z0-9_~](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?$/;
const NUMBER = '(?:0|[1-9][0-9]{0,17})';
const VERSION = new RegExp(`^v${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+incompatible)?$`);
const PREFIX = new RegExp(`^v${NUMBER}(?:\\.${NUMBER})?$`);

/** What a module or a package in one is called: a host and a path below it, nothing that begins with a dash or leads upwards. */
export function isGoPath(path: string): boolean {
  const [host = '', ...elements] = path.split('/');
  return path.length <= 300 && HOST.test(host) && elements.every((element) => ELEMENT.test(element) && !element.includes('..'));
}

/** `v1.2.3`, also of a commit: `v0.0.0-20240101000000-abcdefabcdef`. */
export function isGoVersion(version: string): boolean {
  return version.length <= 128 && VERSION.test(version);
}

/** An exact version, the beginning of one (`v1`, `v1.2`), or `latest`. */
export function isGoRange(range: string): boolean {
  return range === 'latest' || PREFIX.test(range) || isGoVersion(range);
}

export function goRangeCovers(range: string, version: string): boolean {
  if (range === 'latest') return true;
  return isGoVersion(range) ? range === version : version.startsWith(`${range}.`);
}

/** How Go calls the program of a main package: its last part that is not the number of a major version. */
export function goCommandName(path: string): string {
  const elements = path.split('/');
  const last = elements.at(-1) ?? '';
  return /^v[0-9]+$/.test(last) && elements.length > 1 ? (elements.at(-2) ?? last) : last;
}

/** The modules that may hold a package, the longest path first. */
export function goModulesOf(path: string): readonly string[] {
  const elements = path.split('/');
  const shortest = Math.min(elements.length, FORGES.has(elements[0] ?? '') ? 3 : 1);
  return Array.from({ length: elements.length - shortest + 1 }, (_, index) => elements.slice(0, elements.length - index).join('/'));
}

/** Where a module is at least HOST/OWNER/REPOSITORY. */
const FORGES: ReadonlySet<string> = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org']);
