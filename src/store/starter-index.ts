import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import type { MarketplacePackage } from '../domain/package.ts';

const MOST_BYTES = 256 * 1024;
const MOST_PACKAGES = 5000;
/** What becomes a file's name. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** The index that ships in the box: one file a package in `marketplace/packages/`, named like it. All of it is read once, at the first question about all. */
export function createStarterIndex(packageFolder: string): { packages(): Promise<readonly MarketplacePackage[]>; find(name: string): Promise<MarketplacePackage | undefined> } {
  const folder = join(packageFolder, 'marketplace', 'packages');
  let packages: Promise<readonly MarketplacePackage[]> | undefined;
  return {
    packages: () => (packages ??= readIndex(folder)),
    async find(name) {
      return NAME.test(name) && (await filesOf(folder)).includes(`${name}.json`) ? readPackage(join(folder, `${name}.json`)) : undefined;
    },
  };
}

async function readIndex(folder: string): Promise<readonly MarketplacePackage[]> {
  const names = (await filesOf(folder)).filter((name) => name.endsWith('.json')).sort().slice(0, MOST_PACKAGES);
  return Promise.all(names.map((name) => readPackage(join(folder, name))));
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new CcMcpError('FILE_NOT_FOUND', `The starter index is not there: ${folder}`, { suggestions: ['Install cc-mcp again'], cause: error });
  }
}

async function readPackage(path: string): Promise<MarketplacePackage> {
  if ((await stat(path)).size > MOST_BYTES) throw invalid(path, `it is larger than ${MOST_BYTES / 1024} KiB`);
  const text = await readFile(path, 'utf8');
  const { parsePackage } = await import('./index-schema.ts');
  const offered = parsePackage(parseJson(text, path), path);
  if (offered.name !== basename(path, '.json')) throw invalid(path, `it describes "${offered.name}"`);
  return offered;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(path, 'it is not JSON', error);
    throw error;
  }
}

function invalid(path: string, why: string, cause?: unknown): CcMcpError {
  return new CcMcpError('INVALID_VALUE', `${path} is not a package: ${why}`, { cause });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
