import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export interface Template {
  readonly name:
    | 'node' | 'node-project' | 'python' | 'python-project'
    | 'go' | 'image'
    | 'dockerfile' | 'go-project' | 'deno-project';
  /** A file once released never changes; a change is a new file with the next number. */
  readonly version: string;
}

/** The Dockerfile of one runtime, as it ships with cc-mcp; `fetched`: the one that takes all packages from its context, to the same image. */
export function readTemplate(packageRoot: string, { name, version }: Template, from: 'registry' | 'fetched' = 'registry'): Uint8Array {
  const path = join(packageRoot, 'templates/dockerfiles', name, `${version}${from === 'fetched' ? '.fetched' : ''}.dockerfile`);
  // The version of a lock comes from a stranger.
  if (/^\d{1,4}$/.test(version) && existsSync(path)) return readFileSync(path);
  throw new CcMcpError('LOCK_INVALID', `This cc-mcp has no template ${name} ${sanitizeLine(version, 20)}`, { suggestions: ['npm install --global cc-mcp@latest'], details: { template: name, version: sanitizeLine(version, 20) } });
}

/** The Dockerfile beside it that runs what the packages bring, from the image of the first and without network. */
export function readScriptsTemplate(packageRoot: string, { name, version }: Template): Uint8Array {
  return readFileSync(join(packageRoot, 'templates/dockerfiles', name, `${version}.scripts.dockerfile`));
}
