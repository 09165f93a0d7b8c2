import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource } from '../domain/source.ts';
import { NodeProject } from './node-project.ts';
import type { NodeProjectOptions } from './node-project.ts';
import type { OpenedProject } from './opened-project.ts';
import { isPythonProject } from './python-manifest.ts';
import { PythonProject } from './python-project.ts';
import type { PythonProjectOptions } from './python-project.ts';

export interface ProjectOptions {
  readonly node: NodeProjectOptions;
  readonly python: PythonProjectOptions;
}

/** What a folder holds, told by its files alone. */
export function openProject(project: OpenedProject, options: ProjectOptions): OpenedSource {
  const has = (path: string): boolean => project.files.some((file) => file.path === path);
  const where = sanitizeLine(project.where, 200);
  const [node, python] = [has('package.json'), isPythonProject(project.files)];
  if (node && python) {
    // A server in Python whose package.json is for its tools has nothing that Node would start, and the other way round.
    const [asNode, asPython] = [new NodeProject(project, options.node), new PythonProject(project, options.python)];
    if (!asPython.isServer()) return asNode;
    if (!asNode.isServer()) return asPython;
    throw new CcMcpError('CONFLICT', `${where} is an npm project and a Python project, and either has something to start`, { suggestions: ['Name a subfolder that is one of them'] });
  }
  if (node) return new NodeProject(project, options.node);
  if (python) return new PythonProject(project, options.python);
  throw new CcMcpError('PACKAGE_NOT_FOUND', `${where} has neither a package.json nor a pyproject.toml nor a requirements.txt at its top`, { suggestions: ['Name the subfolder that has one'] });
}
