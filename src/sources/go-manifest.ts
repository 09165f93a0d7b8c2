import { posix } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { goCommandName, isGoPath } from '../domain/go-grammar.ts';
import { isInnerPath } from '../domain/git-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable } from '../domain/source.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';

/** What a folder's files say of the Go programs in it. Nothing of it has run. */
export interface GoManifest {
  readonly module: string;
  /** `target` is the package as the go command takes it: `.`, `./cmd/server`. */
  readonly executables: readonly Executable[];
  /** Whether the folder has the code of its modules itself. */
  readonly vendored: boolean;
}

/** What nobody means when they say the server: its examples, its tests and its tools. */
const ASIDE = /(?:^|\/)(?:[._][^/]*|vendor|testdata|internal|examples?|tools|hack|scripts)(?:\/|$)/;

/** `where` is the folder or repository, for messages. */
export function readGoManifest(files: readonly ProjectFile[], where: string): GoManifest {
  const module = /^\s*module\s+"?([^\s"]+)"?\s*(?:\/\/.*)?$/m.exec(textAt(files, 'go.mod') ?? '')?.[1] ?? '';
  // A module that nobody fetches may have a name without a host.
  if (!isGoPath(module) && !/^[A-Za-z0-9_][A-Za-z0-9._~/-]{0,200}$/.test(module)) throw new CcMcpError('RESOLUTION_FAILED', `go.mod of ${sanitizeLine(where, 200)} names no module`, { suggestions: ['go mod init MODULE'] });
  return { module, executables: executablesOf(module, files), vendored: textAt(files, 'vendor/modules.txt') !== undefined };
}

function executablesOf(module: string, files: readonly ProjectFile[]): readonly Executable[] {
  const folders = new Set(files.filter(isMain).map(({ path }) => posix.dirname(path)).filter((folder) => folder === '.' || (isInnerPath(folder) && !ASIDE.test(folder))));
  const named = [...folders].map((folder) => ({ name: folder === '.' ? goCommandName(module) : posix.basename(folder), target: folder === '.' ? '.' : `./${folder}` }));
  return named.map(({ name, target }) => ({ name: named.filter((other) => other.name === name).length === 1 || target === '.' ? name : target.slice(2).replaceAll('/', '-'), target }));
}

function isMain({ path, content }: ProjectFile): boolean {
  if (!path.endsWith('.go') || path.endsWith('_test.go')) return false;
  const text = new TextDecoder().decode(content);
  return /^package main\b/m.test(text) && !/^\/\/go:build ignore\b/m.test(text);
}
