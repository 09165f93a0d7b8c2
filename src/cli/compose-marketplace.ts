import type { MarketplacePackage } from '../domain/package.ts';
import { MarketplaceInstaller } from '../marketplace/marketplace-installer.ts';
import { createStarterIndex } from '../store/starter-index.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import type { InfoResult, SearchResult } from './results.ts';

export function marketplace(): MarketplaceInstaller {
  return new MarketplaceInstaller(createStarterIndex(PACKAGE_FOLDER));
}

export async function search(query: string): Promise<SearchResult> {
  const packages = await marketplace().search(query);
  return { query, packages: packages.map(foundPackage) };
}

function foundPackage({ name, version, title, description, source, deprecated }: MarketplacePackage): SearchResult['packages'][number] {
  return { name, version, title, description, source: `${source.type}:${source.package}`, ...(deprecated === undefined ? {} : { deprecated }) };
}

export async function info(name: string): Promise<InfoResult> {
  return { package: await marketplace().info(name) };
}
