import { readFileSync } from 'node:fs';
import { CcMcpError } from '../domain/errors.ts';

/** A configuration file of the user; undefined when there is none. */
export function readUserFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CcMcpError('REFUSED', `${path} cannot be read (${code ?? 'unknown reason'})`, { suggestions: [`Check who may read it: ls -l ${path}`], cause: error });
  }
}
