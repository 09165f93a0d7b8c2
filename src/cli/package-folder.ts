import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the installed package: `dist/cli/` and `src/cli/` both lie two below it. */
export const PACKAGE_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const version = versionIn(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));

function versionIn(text: string): string {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string') return value.version;
  throw new TypeError('package.json has no version');
}
