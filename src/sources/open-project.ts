import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource } from '../domain/source.ts';
import { isDenoProject } from './deno-manifest.ts';
import { DenoProject } from './deno-project.ts';
import type { DenoProjectOptions } from './deno-project.ts';
import { DockerfileProject } from './dockerfile-project.ts';
import type { DockerfileProjectOptions } from './dockerfile-project.ts';
import { GoProject } from './go-project.ts';
import type { GoProjectOptions } from './go-project.ts';
import { NodeProject } from './node-project.ts';
import type { NodeProjectOptions } from './node-project.ts';
import type { OpenedProject } from './opened-project.ts';
import { isPythonProject } from './python-manifest.ts';
import { PythonProject } from './python-project.ts';
import type { PythonProjectOptions } from './python-project.ts';

export interface ProjectOptions {
  readonly node: NodeProjectOptions;
  readonly python: PythonProjectOptions;
  readonly go: GoProjectOptions;
  readonly deno: DenoProjectOptions;
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

const DENO = 'a Deno project';

const KINDS: readonly ProjectKind[] = [
  { what: 'an npm project', isOne: (has) => has('package.json'), open: (project, { node }) => new NodeProject(project, node) },
  { what: 'a Python project', isOne: isPythonProject, open: (project, { python }) => new PythonProject(project, python) },
  { what: 'a Go module', isOne: (has) => has('go.mod'), open: (project, { go }) => new GoProject(project, go) },
  { what: DENO, isOne: isDenoProject, open: (project, { deno }) => new DenoProject(project, deno) },
];

/** What a folder holds. Its own Dockerfile counts only where the user says so. */
export function openProject(project: OpenedProject, options: ProjectOptions): OpenedSource {
  if (project.dockerfile !== undefined) return new DockerfileProject(project, project.dockerfile, options.dockerfile);
  const has = (path: string): boolean => project.files.some((file) => file.path === path);
  const found = KINDS.filter(({ isOne }) => isOne(has)).map((kind) => ({ kind, opened: kind.open(project, options) }));
  // A server in Python whose package.json is for its tools has nothing that Node would start, and the other way round.
  const servers = found.filter(({ opened }) => opened.isServer());
  // An npm project that Deno could start, too, is one for both; npm's registry has it without Deno.
  const chosen = servers.length > 1 ? servers.filter(({ kind }) => kind.what !== DENO) : servers;
  const only = chosen.length > 0 ? chosen : found.slice(0, 1);
  const [first] = only;
  const where = sanitizeLine(project.where, 200);
  if (first === undefined) throw nothing(where, has('Dockerfile'));
  if (only.length === 1) return first.opened;
  throw new CcMcpError('CONFLICT', `${where} is ${only.map(({ kind }) => kind.what).join(' and ')}, and either has something to start`, { suggestions: ['Name a subfolder that is one of them', ...(has('Dockerfile') ? [OFFER] : [])] });
}

const OFFER = '--dockerfile Dockerfile   builds it by its own Dockerfile, whose steps are code that runs';

function nothing(where: string, hasDockerfile: boolean): CcMcpError {
  if (hasDockerfile) return new CcMcpError('CONSENT_NEEDED', `${where} has a Dockerfile of its own, and nothing else that says how it is built`, { suggestions: [OFFER] });
  return new CcMcpError('PACKAGE_NOT_FOUND', `${where} has neither a package.json nor a pyproject.toml nor a requirements.txt, a go.mod or a deno.json at its top`, { suggestions: ['Name the subfolder that has one'] });
}
