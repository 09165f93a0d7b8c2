import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarketplacePackage } from '../domain/package.ts';
import { parsePackage } from './index-schema.ts';

/** The index that ships in the box: one file a package, read once. */
export function createStarterIndex(packageFolder: string): { packages(): Promise<readonly MarketplacePackage[]> } {
  const folder = join(packageFolder, 'marketplace', 'packages');
  let read: Promise<readonly MarketplacePackage[]> | undefined;
  return { packages: () => (read ??= readAll(folder)) };
}

async function readAll(folder: string): Promise<readonly MarketplacePackage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => parsePackage(JSON.parse(await readFile(join(folder, name), 'utf8')))));
}
