import type { MarketplacePackage } from '../domain/package.ts';
import type { Reference } from '../domain/reference.ts';

/** A package that no index describes: it asks for nothing, and nothing is known of how to test it. */
export function barePackage(reference: Exclude<Reference, { kind: 'index' }>): MarketplacePackage {
  return {
    name: reference.package,
    version: reference.range ?? 'latest',
    title: reference.package,
    description: '',
    author: '',
    keywords: [],
    source: { type: reference.kind, package: reference.package, ...(reference.range === undefined ? {} : { version: reference.range }) },
    arguments: [],
    permissions: { net: 'none', read: [], write: [], env: [], scripts: false },
    pathsAsArguments: false,
    configuration: [],
    statePaths: [],
    standby: 'safe',
    tests: { calls: [], timeout: 30 },
  };
}
