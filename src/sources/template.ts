import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Template {
  readonly name: 'node' | 'python';
  /** A file once released never changes; a change is a new file with the next number. */
  readonly version: string;
}

/** The Dockerfile of one runtime, as it ships with cc-mcp. */
export function readTemplate(packageRoot: string, { name, version }: Template): Uint8Array {
  return readFileSync(join(packageRoot, 'templates/dockerfiles', name, `${version}.dockerfile`));
}

/** The Dockerfile beside it that runs what the packages bring, from the image of the first and without network. */
export function readScriptsTemplate(packageRoot: string, { name, version }: Template): Uint8Array {
  return readFileSync(join(packageRoot, 'templates/dockerfiles', name, `${version}.scripts.dockerfile`));
}
