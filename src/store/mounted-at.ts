import { statSync } from 'node:fs';

/** What a process sees at a path, by `/proc`; undefined where that is not to be had (another user's process, a virtual machine, macOS). */
export function mountedAt(pid: number, path: string): { readonly device: number; readonly inode: number } | undefined {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/root${path}`);
    return { device: dev, inode: ino };
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM', 'ESRCH', 'ENOTDIR'].includes(String(error.code))) return undefined;
    throw error;
  }
}
