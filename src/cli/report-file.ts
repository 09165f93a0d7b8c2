import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder', EACCES: 'it may not be written', EPERM: 'it may not be written', ENOTDIR: 'a part of its path is a file', EEXIST: 'a part of its path is a file',
  ENOSPC: 'the disk is full', EROFS: 'its file system is read-only', ENAMETOOLONG: 'its name is too long', ELOOP: 'its symbolic links lead in a circle',
};

/** A report that the user asked for in a file, which is made with its folders. */
export async function writeReport(flag: string, typed: string, workingFolder: string, text: string): Promise<void> {
  const path = resolve(workingFolder, typed);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
    if (reason === undefined) throw error;
    throw new CcMcpError('DISK', `${flag} ${typed}: ${reason}`, { suggestions: [`${flag} PATH of a file that can be written`], cause: error });
  }
}
