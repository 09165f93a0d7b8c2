import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource } from '../domain/source.ts';
import { DockerfileProject } from './dockerfile-project.ts';
import type { DockerfileProjectOptions } from './dockerfile-project.ts';
import { NodeProject } from './node-project.ts';
import type { NodeProjectOptions } from './node-project.ts';
import type { OpenedProject } from './opened-project.ts';
import { isPythonProject } from './python-manifest.ts';
import { PythonProject } from './python-project.ts';
import type { PythonProjectOptions } from './python-project.ts';

export interface ProjectOptions {
  readonly node: NodeProjectOptions;
  readonly python: PythonProjectOptions;
  readonly dockerfile: DockerfileProjectOptions;
}

/** A runtime's project, told by its files alone. */
interface ProjectKind {
  /** `an npm project`. */
  readonly what: string;
  readonly isOne: (has: (path: string) => boolean) => boolean;
  readonly open: (project: OpenedProject, options: ProjectOptions) => OpenedSource & {
    /** Whether it names something that could be started. */
    isServer(): boolean;
  };
}

const KINDS: readonly ProjectKind[] = [
  { what: 'an npm project', isOne: (has) => has('package.json'), open: (project, { node }) => new NodeProject(project, node) },
  { what: 'a Python project', isOne: isPythonProject, open: (project, { python }) => new PythonProject(project, python) },
];

/** What a folder holds. Its own Dockerfile counts only where the user says so. */
export function openProject(project: OpenedProject, options: ProjectOptions): OpenedSource {
  if (project.dockerfile !== undefined) return new DockerfileProject(project, project.dockerfile, options.dockerfile);
  const has = (path: string): boolean => project.files.some((file) => file.path === path);
  const found = KINDS.filter(({ isOne }) => isOne(has)).map((kind) => ({ kind, opened: kind.open(project, options) }));
  // A server in Python whose package.json is for its tools has nothing that Node would start, and the other way round.
  const servers = found.filter(({ opened }) => opened.isServer());
  const only = servers.length > 0 ? servers : found.slice(0, 1);
  const [first] = only;
  const where = sanitizeLine(project.where, 200);
  if (first === undefined) throw nothing(where, has('Dockerfile'));
  if (only.length === 1) return first.opened;
  throw new CcMcpError('CONFLICT', `${where} is ${only.map(({ kind }) => kind.what).join(' and ')}, and either has something to start`, { suggestions: ['Name a subfolder that is one of them', ...(has('Dockerfile') ? [OFFER] : [])] });
}

const OFFER = '--dockerfile Dockerfile   builds it by its own Dockerfile, whose steps are code that runs';

function nothing(where: string, hasDockerfile: boolean): CcMcpError {
  if (hasDockerfile) return new CcMcpError('CONSENT_NEEDED', `${where} has a Dockerfile of its own, and nothing else that says how it is built`, { suggestions: [OFFER] });
  return new CcMcpError('PACKAGE_NOT_FOUND', `${where} has neither a package.json nor a pyproject.toml nor a requirements.txt at its top`, { suggestions: ['Name the subfolder that has one'] });
}
