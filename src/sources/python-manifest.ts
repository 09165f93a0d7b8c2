import { parse, TomlError } from 'smol-toml';
import { CcMcpError } from '../domain/errors.ts';
import { isPypiVersion } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable } from '../domain/source.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';
import { parsePyproject } from './schema.ts';
import type { Pyproject } from './schema.ts';

/** What a folder's pyproject.toml or requirements.txt says of how it is installed and started. Nothing of it has run. */
export interface PythonManifest {
  readonly name: string;
  /** `0` where its build would compute one. */
  readonly version: string;
  readonly description: string;
  /** PEP 508, a line each. */
  readonly requirements: readonly string[];
  /** `target` is `module:function`, or a file of the folder. */
  readonly executables: readonly Executable[];
  /** Folder from which its modules are imported, `` for the top. */
  readonly root: string;
}

const STARTS = ['server.py', 'main.py', 'app.py', '__main__.py', 'src/server.py', 'src/main.py'];
const OPTION = /^\s*(?:-|--)/;
const REQUIREMENT = /^[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(?:\(?\s*(?:[<>=!~]=?=?\s*[A-Za-z0-9.*+!_-]+\s*,?\s*)*\)?)?\s*(?:;[^\n]*)?$/;

/** `where` is the folder or repository, for messages. */
export function readPythonManifest(files: readonly ProjectFile[], where: string): PythonManifest {
  const text = textAt(files, 'pyproject.toml');
  const pyproject = text === undefined ? undefined : parsePyproject(parseToml(text, where), where);
  const project = pyproject?.project;
  if (project === undefined) return plainFolder(files, where, pyproject);
  if (project.dynamic.includes('dependencies')) throw unreadable(where, 'computes its dependencies while it is built, which would run its code', 'List them under [project] dependencies');
  const scripts = Object.entries(project.scripts).flatMap(([name, target]) => (isScript(name, target) ? [{ name, target: target.replaceAll(/\s|\[.*\]/g, '') }] : []));
  const executables = scripts.length > 0 ? scripts : fileExecutables(files);
  return {
    name: project.name, version: project.version !== undefined && isPypiVersion(project.version) ? project.version : '0', description: sanitizeLine(project.description),
    requirements: checked(project.dependencies, where), executables, root: rootOf(files, executables, where),
  };
}

/** A folder without a project: its requirements.txt, and the file that starts it. */
function plainFolder(files: readonly ProjectFile[], where: string, pyproject: Pyproject | undefined): PythonManifest {
  if (pyproject?.tool.poetry !== undefined) throw unreadable(where, 'names its dependencies in [tool.poetry], which only Poetry reads', 'Name them under [project], or: poetry export --output requirements.txt');
  const lines = (textAt(files, 'requirements.txt') ?? '').split(/\r?\n/).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim()).filter((line) => line !== '');
  const option = lines.find((line) => OPTION.test(line));
  if (option !== undefined) throw unreadable(where, `has an option in requirements.txt: ${sanitizeLine(option, 80)}`, 'Leave only names and versions in it');
  return { name: 'app', version: '0', description: '', requirements: checked(lines, where), executables: fileExecutables(files), root: '' };
}

function parseToml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new CcMcpError('RESOLUTION_FAILED', `pyproject.toml of ${sanitizeLine(where, 200)} is not TOML: ${sanitizeLine(error.message, 120)}`, { cause: error });
  }
}

/** What comes from an address has no hash that could be locked. */
function checked(requirements: readonly string[], where: string): readonly string[] {
  const foreign = requirements.find((text) => !REQUIREMENT.test(text) || text.length > 500);
  if (foreign === undefined) return requirements;
  throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} wants "${sanitizeLine(foreign, 120)}": only packages of the index can be locked`, { suggestions: ['Name a package and its versions'] });
}

function isScript(name: string, target: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name) && /^[A-Za-z_][\w.]*\s*:\s*[A-Za-z_][\w.]*\s*(?:\[.*\])?$/.test(target);
}

function fileExecutables(files: readonly ProjectFile[]): readonly Executable[] {
  const paths = new Set(files.map(({ path }) => path));
  return STARTS.filter((path) => paths.has(path)).map((path) => ({ name: path, target: path }));
}

/** Where its modules lie: what an installer takes from its build's configuration follows from where they are. */
function rootOf(files: readonly ProjectFile[], executables: readonly Executable[], where: string): string {
  const module = executables.map(({ target }) => /^([A-Za-z_]\w*)[\w.]*:/.exec(target)?.[1]).find((name) => name !== undefined);
  if (module === undefined) return '';
  const has = (folder: string): boolean => files.some(({ path }) => path === `${folder}${module}.py` || path.startsWith(`${folder}${module}/`));
  const folder = ['src/', '', 'lib/', 'python/'].find(has);
  if (folder === undefined) throw unreadable(where, `starts the module ${module}, which is neither at its top nor in src`, 'Put it there');
  return folder.replace(/\/$/, '');
}

/** Whether a folder is one, by its files. */
export function isPythonProject(has: (path: string) => boolean): boolean {
  return has('pyproject.toml') || has('requirements.txt');
}

function unreadable(where: string, problem: string, suggestion: string): CcMcpError {
  return new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} ${problem}`, { suggestions: [suggestion] });
}
