import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the installed package: `dist/cli/` and `src/cli/` both lie two below it. */
export const PACKAGE_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface PackageFacts {
  readonly version: string;
  /** `engines.node`. */
  readonly nodeRange: string;
}

export function readPackageFacts(): PackageFacts {
  const value: unknown = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  if (typeof value === 'object' && value !== null && 'version' in value && 'engines' in value && typeof value.engines === 'object' && value.engines !== null && 'node' in value.engines) {
    return { version: String(value.version), nodeRange: String(value.engines.node) };
  }
  throw new TypeError('package.json has no version or no engines.node');
}
