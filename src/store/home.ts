import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { unless } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';

/** `~/.cc-mcp`. Nothing is made before there is something to write. */
export interface Home {
  readonly folder: string;
  /** A path inside; nothing is made. */
  path(...parts: readonly string[]): string;
  /** Makes a folder inside, and the home with it, for this user alone; gives its path. */
  makeFolder(...parts: readonly string[]): string;
  exists(): boolean;
}

const ELSEWHERE = 'Set CC_MCP_HOME to a folder of your own that can be written';

/** Approvals and secrets stand here: a home that others can write to, or that another user owns, is refused. */
export function createHome(folder: string, uid: number): Home {
  const exists = (): boolean => {
    const stat = unless(['ENOENT', 'ENOTDIR'], () => statSync(folder));
    if (stat === undefined) return false;
    if (!stat.isDirectory()) throw new CcMcpError('DISK', `${folder} is a file, and cc-mcp keeps its things in a folder of that name`, { suggestions: ['Move it away', ELSEWHERE], details: { path: folder } });
    if (stat.uid !== uid) throw new CcMcpError('REFUSED', `${folder} belongs to another user (uid ${stat.uid})`, { suggestions: ['Run cc-mcp as that user', ELSEWHERE], details: { path: folder } });
    if ((stat.mode & 0o022) !== 0) throw new CcMcpError('REFUSED', `${folder} can be written by other users`, { suggestions: [`chmod 700 ${folder}`, ELSEWHERE], details: { path: folder } });
    return true;
  };
  return {
    folder,
    path: (...parts) => join(folder, ...parts),
    makeFolder(...parts) {
      if (!exists()) makeFolder(folder, 0o700, [ELSEWHERE]);
      const path = join(folder, ...parts);
      if (parts.length > 0) makeFolder(path, 0o700, [ELSEWHERE]);
      return path;
    },
    exists,
  };
}
