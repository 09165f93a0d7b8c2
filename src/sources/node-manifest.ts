import { posix } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { isNpmName, isNpmRange } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable } from '../domain/source.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';
import { parseProjectManifest } from './schema.ts';
import type { ProjectManifest } from './schema.ts';

/** What a folder's package.json says of how it is installed, built and started. Nothing of it has run. */
export interface NodeManifest {
  readonly name: string;
  readonly description: string;
  /** Name → range, of packages of the registry. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** Wanted only by a build. */
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly executables: readonly Executable[];
  /** The script that builds it, where it has one. */
  readonly build: string | undefined;
}

const BUILD_SCRIPTS = ['build', 'prepare', 'compile'];

/** `where` is the folder or repository, for messages. */
export function readNodeManifest(files: readonly ProjectFile[], where: string): NodeManifest {
  const text = textAt(files, 'package.json') ?? '';
  const manifest = parseProjectManifest(parseJson(text, where), where);
  return {
    name: manifest.name ?? '',
    description: sanitizeLine(manifest.description ?? ''),
    dependencies: registryOnly(manifest.dependencies, where),
    optionalDependencies: registryOnly(manifest.optionalDependencies, where),
    devDependencies: manifest.devDependencies,
    overrides: Object.fromEntries(Object.entries(manifest.overrides).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && isNpmName(entry[0]) && isNpmRange(entry[1]))),
    executables: executablesOf(manifest, files),
    build: BUILD_SCRIPTS.find((name) => typeof manifest.scripts[name] === 'string'),
  };
}

function parseJson(text: string, where: string): unknown {
  try {
    // Some editors begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CcMcpError('RESOLUTION_FAILED', `package.json of ${sanitizeLine(where, 200)} is not JSON: ${sanitizeLine(error.message, 120)}`, { cause: error });
  }
}

/** What the server needs to run comes from the registry, or its hash could not be locked. */
function registryOnly(dependencies: Readonly<Record<string, string>>, where: string): Readonly<Record<string, string>> {
  for (const [name, spec] of Object.entries(dependencies)) {
    if (isNpmName(name) && isRegistrySpec(spec)) continue;
    throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} wants ${sanitizeLine(name, 80)} from "${sanitizeLine(spec, 120)}": only packages of the registry can be locked`, {
      suggestions: ['Publish it, or name a version of the registry in its package.json'],
    });
  }
  return dependencies;
}

export function isRegistrySpec(spec: string): boolean {
  return spec.trim() === '' || isNpmRange(spec.trim());
}

/** `bin`; else the file that `main` or `npm start` starts. */
function executablesOf({ name, bin, main, scripts }: ProjectManifest, files: readonly ProjectFile[]): readonly Executable[] {
  const own = (name ?? '').split('/').at(-1) || 'server';
  const started = /^node (?:--[a-z-]+ )*([^\s-]\S*\.[cm]?js)$/.exec(typeof scripts['start'] === 'string' ? scripts['start'] : '')?.[1];
  const fallback = main ?? started ?? (textAt(files, 'index.js') === undefined ? undefined : 'index.js');
  const entries = typeof bin === 'string' ? [[own, bin] as const] : bin !== undefined ? Object.entries(bin) : fallback === undefined ? [] : [[own, fallback] as const];
  return entries.flatMap(([key, file]) => {
    const target = posix.join('/', file.replaceAll('\\', '/')).slice(1);
    return /^[\x21-\x7E]{1,200}$/.test(target) && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(key) ? [{ name: key, target }] : [];
  });
}
