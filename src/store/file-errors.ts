import { CcMcpError } from '../domain/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on its disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'its file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk reports an error',
  EFBIG: 'it would be too large',
};

/** The system's name of a failure (`ENOENT`), where it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failure of the file system in words, with the path; what is no such failure comes back as it is. */
export function diskError(doing: 'read' | 'write', path: string, error: unknown, suggestions: readonly string[] = []): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof CcMcpError || code.startsWith('ERR_')) return error;
  return new CcMcpError('DISK', `Cannot ${doing} ${path}: ${REASONS[code] ?? code} (${code})`, { suggestions, details: { path, code }, cause: error });
}

/** Undefined in place of the named failures; every other one is thrown on. */
export function unless<Value>(codes: readonly string[], work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
