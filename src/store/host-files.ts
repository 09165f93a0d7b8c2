import { realpath, stat } from 'node:fs/promises';
import type { HostFiles } from '../domain/host.ts';
import { codeOf, diskError } from './file-errors.ts';

export function createHostFiles(): HostFiles {
  return {
    async inspect(path) {
      try {
        const realPath = await realpath(path);
        const facts = await stat(realPath);
        return { realPath, isDirectory: facts.isDirectory(), uid: facts.uid, gid: facts.gid, mode: facts.mode, device: facts.dev, inode: facts.ino };
      } catch (error) {
        // A path through a file leads nowhere either.
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
        throw diskError('read', path, error);
      }
    },
  };
}
