import { posix } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { isInnerPath } from '../domain/git-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable } from '../domain/source.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';
import { parseDenoConfiguration } from './schema.ts';

/** What a folder's deno.json says of how it is started. Nothing of it has run. */
export interface DenoManifest {
  /** One at most. */
  readonly executables: readonly Executable[];
}

const STARTS = ['main.ts', 'server.ts', 'mod.ts', 'index.ts', 'main.js', 'server.js', 'src/main.ts', 'src/server.ts', 'src/index.ts'];

export function isDenoProject(has: (path: string) => boolean): boolean {
  return has('deno.json') || has('deno.jsonc');
}

/** `where` is the folder or repository, for messages. */
export function readDenoManifest(files: readonly ProjectFile[], where: string): DenoManifest {
  const file = textAt(files, 'deno.json') === undefined ? 'deno.jsonc' : 'deno.json';
  const { name, exports, tasks } = parseDenoConfiguration(parseJsonc(textAt(files, file) ?? '', file, where), file, where);
  const started = /^deno run (?:\S+ )*?(?:\.\/)?([^\s-]\S*\.[cm]?[jt]sx?)(?: |$)/.exec(taskText(tasks['start']) ?? '')?.[1];
  const paths = new Set(files.map(({ path }) => path));
  const main = typeof exports === 'string' ? exports : exports?.['.'];
  const target = [started, main, ...STARTS].flatMap((path) => (path === undefined ? [] : [posix.join('/', path).slice(1)])).find((path) => paths.has(path) && isInnerPath(path));
  const own = (name ?? '').split('/').at(-1) ?? '';
  return { executables: target === undefined ? [] : [{ name: /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(own) ? own : 'server', target }] };
}

/** A task is a line, or an object that has one. */
function taskText(task: unknown): string | undefined {
  if (typeof task === 'object' && task !== null && 'command' in task) return taskText(task.command);
  return typeof task === 'string' ? task : undefined;
}

/** Comments and trailing commas are allowed in both of Deno's files. */
function parseJsonc(text: string, file: string, where: string): unknown {
  const plain = text.replace(/^\uFEFF/, '').replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? ' ').replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    return JSON.parse(plain);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CcMcpError('RESOLUTION_FAILED', `${file} of ${sanitizeLine(where, 200)} is not JSON: ${sanitizeLine(error.message, 120)}`, { cause: error });
  }
}
