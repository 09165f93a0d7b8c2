import { valid } from 'semver';
import { CcMcpError } from '../domain/errors.ts';
import { isNpmRange } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { edgeTo, writeNpmLock } from './npm-lock.ts';
import type { NpmLockEntry } from './npm-lock.ts';
import { findInTree, nameAt } from './npm-tree.ts';
import type { NpmLockFile } from './schema.ts';

type RawEntry = NpmLockFile['packages'][string];

export interface ResolvedTree {
  /** The lock as it is kept. */
  readonly content: string;
  /** Path → where this registry has it: spares the build a question for each package, and is never kept. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Our form of what npm resolved. Each dependency names the exact version that it got, so that overrides need not be repeated and
 * the tree holds without another look at the registry.
 */
export function lockFromNpm(lock: NpmLockFile, packageName: string, version: string, overridden: ReadonlySet<string>): ResolvedTree {
  return treeFromNpm(lock, { dependencies: { [packageName]: version } }, overridden);
}

/** The same of a project with several dependencies: its root names the exact versions that they got. An optional one may have none. */
export function projectLockFromNpm(lock: NpmLockFile, wanted: { readonly dependencies: readonly string[]; readonly optional: readonly string[] }, overridden: ReadonlySet<string>): ResolvedTree {
  const exact = (name: string): string | undefined => {
    const entry = lock.packages[`node_modules/${name}`];
    return entry === undefined ? undefined : edgeTo({ ...(entry.name === undefined || entry.name === name ? {} : { name: entry.name }), version: entry.version });
  };
  const dependencies = Object.fromEntries(wanted.dependencies.map((name) => [name, exact(name) ?? missing(name)]));
  const optional = Object.fromEntries(wanted.optional.flatMap((name) => (exact(name) === undefined ? [] : [[name, exact(name) ?? '']])));
  return treeFromNpm(lock, { ...(wanted.dependencies.length === 0 ? {} : { dependencies }), ...(Object.keys(optional).length === 0 ? {} : { optionalDependencies: optional }) }, overridden);
}

function missing(name: string): never {
  throw notOfRegistry('', `wants ${sanitizeLine(name, 80)}, which npm did not resolve`);
}

function treeFromNpm({ packages: raw }: NpmLockFile, root: NpmLockEntry, overridden: ReadonlySet<string>): ResolvedTree {
  const packages: Record<string, NpmLockEntry> = { '': root };
  const addresses: Record<string, string> = {};
  for (const [path, entry] of Object.entries(raw)) {
    if (path === '') continue;
    packages[path] = entryOf(path, entry, raw, overridden);
    if (entry.resolved !== undefined && entry.inBundle !== true && /^https?:/.test(entry.resolved)) addresses[path] = entry.resolved;
  }
  return { content: writeNpmLock({ lockfileVersion: 3, packages }), addresses };
}

function entryOf(path: string, entry: RawEntry, raw: NpmLockFile['packages'], overridden: ReadonlySet<string>): NpmLockEntry {
  const name = nameAt(path);
  if (name === undefined || entry.link === true || entry.version === undefined || valid(entry.version) === null) throw notOfRegistry(path, 'is a folder or a link');
  const { dependencies, optionalDependencies } = edgesOf(path, entry, raw, overridden);
  return {
    ...(entry.name === undefined || entry.name === name ? {} : { name: entry.name }),
    version: entry.version,
    ...(entry.inBundle === true ? { inBundle: true } : { integrity: integrityOf(path, entry) }),
    ...(entry.optional === true || entry.devOptional === true ? { optional: true } : {}),
    ...(entry.hasInstallScript === true ? { hasInstallScript: true } : {}),
    ...(Object.keys(dependencies).length > 0 ? { dependencies } : {}),
    ...(Object.keys(optionalDependencies).length > 0 ? { optionalDependencies } : {}),
    ...(entry.bundleDependencies !== undefined && entry.bundleDependencies.length > 0 ? { bundleDependencies: [...entry.bundleDependencies].sort() } : {}),
    ...binOf(entry),
    ...(entry.os === undefined ? {} : { os: entry.os }),
    ...(entry.cpu === undefined ? {} : { cpu: entry.cpu }),
    ...(entry.libc === undefined ? {} : { libc: entry.libc }),
  };
}

/** Peers that were found are dependencies like others; optional ones stay optional, because another platform may not have them. */
function edgesOf(path: string, entry: RawEntry, raw: NpmLockFile['packages'], overridden: ReadonlySet<string>): { dependencies: Record<string, string>; optionalDependencies: Record<string, string> } {
  const result = { dependencies: {} as Record<string, string>, optionalDependencies: {} as Record<string, string> };
  const groups = [['peerDependencies', 'dependencies'], ['dependencies', 'dependencies'], ['optionalDependencies', 'optionalDependencies']] as const;
  for (const [from, to] of groups) {
    for (const [name, spec] of Object.entries(entry[from] ?? {})) {
      const found = findInTree((candidate) => Object.hasOwn(raw, candidate), path, name);
      const target = found === undefined ? undefined : raw[found];
      if (target === undefined) {
        if (from === 'dependencies' && entry.inBundle !== true && !(entry.bundleDependencies ?? []).includes(name)) throw notOfRegistry(path, `wants ${sanitizeLine(name, 80)}, which npm did not resolve`);
        continue;
      }
      // A peer that the tree happens to have needs no registry.
      if (from !== 'peerDependencies' && !overridden.has(name) && !isRegistrySpec(spec)) throw notOfRegistry(path, `wants ${sanitizeLine(name, 80)} from "${sanitizeLine(spec, 120)}"`);
      const optional = from === 'peerDependencies' && entry.peerDependenciesMeta?.[name]?.optional === true;
      delete result.dependencies[name];
      delete result.optionalDependencies[name];
      result[optional ? 'optionalDependencies' : to][name] = edgeTo({ ...(target.name === undefined || target.name === name ? {} : { name: target.name }), version: target.version });
    }
  }
  return result;
}

function isRegistrySpec(spec: string): boolean {
  return spec.trim() === '' || isNpmRange(spec.trim()) || /^npm:(?:@[^/@]+\/)?[^/@]+(?:@[^/:]*)?$/.test(spec);
}

function integrityOf(path: string, { integrity }: RawEntry): string {
  // Several hashes of one archive may stand in a row; the strongest is enough.
  const strongest = (integrity ?? '').split(/\s+/).find((hash) => hash.startsWith('sha512-')) ?? integrity;
  if (strongest === undefined) throw notOfRegistry(path, 'has no hash of the registry');
  return strongest;
}

function binOf({ bin }: RawEntry): Pick<NpmLockEntry, 'bin'> {
  const entries = Object.entries(bin ?? {}).map(([name, file]) => [name, file.replace(/^(?:\.?\/)+/, '')] as const)
    .filter(([name, file]) => /^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(name) && /^[^\0-\x1F\\/-][^\0-\x1F\\]*$/.test(file) && !file.split('/').includes('..'));
  return entries.length > 0 ? { bin: Object.fromEntries(entries) } : {};
}

function notOfRegistry(path: string, problem: string): CcMcpError {
  const who = sanitizeLine(path.split(/\/?node_modules\//).filter((part) => part !== '').join(' > '), 160);
  return new CcMcpError('LOCK_INVALID', `${who} ${problem}: only packages of the registry, each with its hash, can be locked`, {
    suggestions: ['Give a version of the registry instead with --override NAME@RANGE'], details: { path: sanitizeLine(path, 200) },
  });
}
