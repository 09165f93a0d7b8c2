import type { MarketplacePackage, PackageSourceSpec } from '../domain/package.ts';

/** A package that no index describes: it asks for nothing, and nothing is known of how to test it. */
export function barePackage({ type, package: place, path, version }: Pick<PackageSourceSpec, 'type' | 'package' | 'path' | 'version'>): MarketplacePackage {
  return {
    name: place,
    version: version ?? 'latest',
    title: place,
    description: '',
    author: '',
    keywords: [],
    notes: [],
    source: { type, package: place, ...(path === undefined ? {} : { path }), ...(version === undefined ? {} : { version }) },
    arguments: [],
    permissions: { net: 'none', read: [], write: [], env: [], scripts: false },
    pathsAsArguments: false,
    configuration: [],
    statePaths: [],
    standby: 'safe',
    tests: { calls: [], timeout: 30 },
  };
}
