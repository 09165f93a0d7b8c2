import type { Diagnosis } from './evidence.ts';

const PATH = String.raw`['"\`]?(/[^'"\`\n:,)]*)`;
const MISSING: readonly RegExp[] = [
  new RegExp(String.raw`ENOENT: no such file or directory, (\w+) ${PATH}`),
  new RegExp(String.raw`\[Errno 2\] No such file or directory:()\s*${PATH}`),
  new RegExp(String.raw`(?:open|stat|lstat|chdir|read) ()${PATH}: no such file or directory`),
  new RegExp(String.raw`(?:[Dd]irectory|[Ff]ile|[Ff]older|[Pp]ath)()[: ]+${PATH}['"\`]? (?:does not exist|not found|is not (?:a|accessible)\b)`),
  new RegExp(String.raw`(?:Error accessing|[Cc]annot (?:access|open|read|find|stat)|[Cc]ould not (?:access|open|read|find)) (?:the )?(?:directory|file|folder|path)?()[: ]*${PATH}`),
];
const NOT_WRITABLE: readonly RegExp[] = [
  new RegExp(String.raw`EROFS: read-only file system, (\w+) ${PATH}`),
  new RegExp(String.raw`\[Errno 30\] Read-only file system:()\s*${PATH}`),
  new RegExp(String.raw`(?:open|mkdir|create) ()${PATH}: read-only file system`),
];
const NOT_ALLOWED: readonly RegExp[] = [
  new RegExp(String.raw`(?:EACCES|EPERM): (?:permission denied|operation not permitted), (\w+) ${PATH}`),
  new RegExp(String.raw`\[Errno 13\] Permission denied:()\s*${PATH}`),
  new RegExp(String.raw`(?:open|mkdir|stat) ()${PATH}: permission denied`),
];
const DATABASE_FILE = /unable to open database file|SQLITE_CANTOPEN|attempt to write a readonly database|SQLITE_READONLY/;
const WRITING = new Set(['mkdir', 'rename', 'unlink', 'rmdir', 'copyfile', 'chmod', 'symlink', 'link', 'utime', 'ftruncate', 'write']);
/** The image's own trees: nothing of the user is there, and a grant for them is refused. */
const OF_THE_IMAGE = /^\/(?:opt|usr|lib|lib64|bin|sbin|etc|proc|sys|dev|run|var|root|app)(?:\/|$)/;

/** The file or folder that a server says it cannot reach, and the grant that would give it. */
export function wantedFile(text: string): Diagnosis | undefined {
  const readOnly = firstPath(text, NOT_WRITABLE);
  if (readOnly !== undefined) return writing(readOnly.path);
  const denied = firstPath(text, NOT_ALLOWED);
  if (denied !== undefined) return WRITING.has(denied.call) ? writing(denied.path) : OF_THE_IMAGE.test(denied.path) ? writing(denied.path) : reading(denied.path);
  const missing = firstPath(text, MISSING);
  if (missing !== undefined && !/\/node_modules\/|\/site-packages\//.test(missing.path)) return WRITING.has(missing.call) ? writing(missing.path) : reading(missing.path);
  return DATABASE_FILE.test(text) ? { reason: 'it cannot open its database file', suggestions: ['Grant the folder it lies in with --allow-write=FOLDER, and name the file below it'] } : undefined;
}

function firstPath(text: string, patterns: readonly RegExp[]): { readonly call: string; readonly path: string } | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null) return { call: match[1] ?? '', path: (match[2] ?? '').trimEnd() };
  }
  return undefined;
}

function reading(path: string): Diagnosis {
  return { reason: `it wants to read ${path}, which it was not given`, suggestions: OF_THE_IMAGE.test(path) ? [`Put the file into a folder of yours, grant it with --allow-read=FOLDER and name it to the server`] : [`Grant it with --allow-read=${path}`] };
}

function writing(path: string): Diagnosis {
  return {
    reason: `it wants to write ${path}, which it may not`,
    suggestions: OF_THE_IMAGE.test(path) || path === '/' ? ['If it can be told where to write, name a folder that you grant with --allow-write=FOLDER, or one below /tmp'] : [`Grant the folder with --allow-write=${path}`],
  };
}
