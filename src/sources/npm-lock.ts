import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { findInTree, isHonestAlias, nameAt, parentOf } from './npm-tree.ts';
import { readCanonicalNpmLock } from './schema.ts';
import type { CanonicalNpmLock } from './schema.ts';

export type NpmLockEntry = CanonicalNpmLock['packages'][string];

const LARGEST = 20 * 1024 * 1024;

/** The one spelling of a lock. */
export function writeNpmLock(lock: CanonicalNpmLock): string {
  const packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([path, entry]) => [path, inOrder(entry)]));
  return `${JSON.stringify({ lockfileVersion: lock.lockfileVersion, packages }, null, 1)}\n`;
}

/** The version of a package that stands on top of the tree. */
export function npmVersionIn(lock: string, name: string): string | undefined {
  const read = readCanonicalNpmLock(JSON.parse(lock));
  return 'packages' in read ? read.packages[`node_modules/${name}`]?.version : undefined;
}

const KEYS = ['name', 'version', 'integrity', 'inBundle', 'optional', 'hasInstallScript', 'dependencies', 'optionalDependencies', 'bundleDependencies', 'bin', 'os', 'cpu', 'libc'] as const satisfies readonly (keyof NpmLockEntry)[];

function inOrder(entry: NpmLockEntry): Record<string, unknown> {
  return Object.fromEntries(KEYS.flatMap((key): [string, unknown][] => {
    const value = entry[key];
    if (value === undefined) return [];
    if (typeof value !== 'object' || Array.isArray(value)) return [[key, value]];
    return [[key, Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))]];
  }));
}

/**
 * Reads a lock that may come from a stranger. Every package is of the registry, under its own name, with its hash, exactly as its
 * dependents name it, and nothing is there that the package does not need.
 */
export function parseNpmLock(content: string, packageName: string, version: string): CanonicalNpmLock {
  return readLock(content, packageName, (lock, refuse) => checkRoot(lock, packageName, version, refuse));
}

/** The same of a folder's project: its root wants every one of `wanted`, and beside them only some of `allowed`. */
export function parseProjectLock(content: string, where: string, wanted: readonly string[], allowed: readonly string[]): CanonicalNpmLock {
  return readLock(content, where, ({ packages }, refuse) => {
    const { dependencies = {}, optionalDependencies = {}, ...rest } = packages[''] ?? {};
    const names = [...Object.keys(dependencies), ...Object.keys(optionalDependencies)];
    const missing = wanted.find((name) => !names.includes(name));
    if (missing !== undefined) refuse(['packages', ''], `does not want ${missing}`);
    const foreign = names.find((name) => !wanted.includes(name) && !allowed.includes(name));
    if (foreign !== undefined) refuse(['packages', foreign], 'is not what the project wants');
    if (Object.keys(rest).length > 0) refuse(['packages', ''], 'has more than dependencies');
    const renamed = names.find((name) => packages[`node_modules/${name}`]?.name !== undefined);
    if (renamed !== undefined) refuse([`node_modules/${renamed}`, 'name'], 'is another package than it is called');
  });
}

function readLock(content: string, packageName: string, checkTop: (lock: CanonicalNpmLock, refuse: Refuse) => void): CanonicalNpmLock {
  if (content.length > LARGEST) throw new CcMcpError('LOCK_INVALID', `The lock of npm:${packageName} is larger than 20 MiB`);
  const refuse = (path: readonly string[], problem: string): never => {
    const at = lineOf(content, path);
    throw new CcMcpError('LOCK_INVALID', `Line ${at} of the lock of npm:${packageName}: ${sanitizeLine(path.join(' '), 160)} ${problem}`, {
      suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'], details: { package: packageName, line: at },
    });
  };
  const lock = readCanonicalNpmLock(parseJson(content, packageName));
  if ('problem' in lock) return refuse(lock.path, lock.problem);
  checkTop(lock, refuse);
  checkEntries(lock, refuse);
  if (writeNpmLock(lock) !== content) return refuse([], 'is not spelled as cc-mcp spells it (a key twice, another order, other spaces)');
  return lock;
}

type Refuse = (path: readonly string[], problem: string) => never;

function parseJson(content: string, packageName: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CcMcpError('LOCK_INVALID', `The lock of npm:${packageName} is not JSON: ${sanitizeLine(error.message, 120)}`, { details: { package: packageName }, cause: error });
  }
}

function checkRoot({ packages }: CanonicalNpmLock, packageName: string, version: string, refuse: Refuse): void {
  const root = packages[''];
  if (root === undefined) return refuse(['packages', ''], 'is missing');
  const { dependencies = {}, ...rest } = root;
  if (Object.keys(rest).length > 0 || Object.keys(dependencies).length !== 1 || dependencies[packageName] !== version) return refuse(['packages', ''], `must want ${packageName} ${version} and nothing else`);
  if (packages[`node_modules/${packageName}`]?.name !== undefined) return refuse([`node_modules/${packageName}`, 'name'], 'is another package than it is called');
}

function checkEntries({ packages }: CanonicalNpmLock, refuse: Refuse): void {
  const has = (path: string): boolean => Object.hasOwn(packages, path);
  const wanted = new Set(['']);
  // The set grows while it is walked.
  for (const path of wanted) {
    const entry = packages[path] ?? {};
    for (const [name, spec] of Object.entries({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = findInTree(has, path, name);
      if (found === undefined) return refuse([path, name], 'is wanted and missing');
      if (spec !== edgeTo(packages[found] ?? {})) return refuse([path, name], `wants another version than the lock has (${sanitizeLine(spec, 60)})`);
      wanted.add(found);
    }
  }
  for (const [path, entry] of Object.entries(packages)) if (path !== '') checkEntry(path, entry, { packages, wanted, refuse });
}

function checkEntry(path: string, entry: NpmLockEntry, { packages, wanted, refuse }: { packages: CanonicalNpmLock['packages']; wanted: ReadonlySet<string>; refuse: Refuse }): void {
  const name = nameAt(path);
  if (name === undefined) return refuse([path], 'is not a package in node_modules');
  if (entry.version === undefined) return refuse([path], 'has no version');
  if (entry.name !== undefined && !isHonestAlias(name, entry.name)) return refuse([path, entry.name], 'is another package than it is called');
  if (entry.inBundle === true) {
    if (entry.integrity !== undefined || !isBundled(path, packages)) return refuse([path], 'says that it comes inside another package, and does not');
    return;
  }
  if (entry.integrity === undefined) return refuse([path], 'has no hash');
  if (!wanted.has(path)) return refuse([path], 'is wanted by nothing');
}

/** Some package around it brings others inside its own archive, whose hash covers them. */
function isBundled(path: string, packages: CanonicalNpmLock['packages']): boolean {
  for (let folder = parentOf(path); folder !== undefined && folder !== ''; folder = parentOf(folder)) {
    const around = packages[folder];
    if (around?.bundleDependencies !== undefined && around.bundleDependencies.length > 0) return true;
  }
  return false;
}

/** How a dependent names it. */
export function edgeTo({ name, version }: NpmLockEntry): string {
  return name === undefined ? (version ?? '') : `npm:${name}@${version}`;
}

function lineOf(content: string, path: readonly string[]): number {
  let offset = 0;
  for (const key of path) {
    const found = content.indexOf(JSON.stringify(key), offset);
    if (found >= 0) offset = found;
  }
  return content.slice(0, offset).split('\n').length;
}
