import { CcMcpError } from '../domain/errors.ts';
import { isGitAddress, isGitRef, isInnerPath } from '../domain/git-grammar.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource, OpenOptions, PackageSource } from '../domain/source.ts';
import { readRepository } from './git-repository.ts';
import { openProject } from './open-project.ts';
import type { ProjectOptions } from './open-project.ts';

/** One commit of a repository. */
export class GitSource implements PackageSource {
  readonly type = 'git';
  readonly #options: ProjectOptions;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(options: ProjectOptions, environment: Readonly<Record<string, string | undefined>>) {
    this.#options = options;
    this.#environment = environment;
  }

  validate(address: string, ref: string | undefined): void {
    if (!isGitAddress(address)) {
      throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(address, 120)}" is not the address of a git repository`, { suggestions: ['git+https://HOST/OWNER/REPOSITORY', 'git+ssh://git@HOST/OWNER/REPOSITORY'] });
    }
    if (ref !== undefined && !isGitRef(ref)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(ref, 80)}" is not a branch, a tag or a commit`, { suggestions: [`git+${address}@main`] });
  }

  known(): undefined {}

  async open({ package: address, version: ref, path }: PackageSourceSpec, { dockerfile, typed, signal }: OpenOptions): Promise<OpenedSource> {
    this.validate(address, ref);
    if (path !== undefined && !isInnerPath(path)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(path, 80)}" is not a folder in a repository`, { suggestions: [`git+${address}#FOLDER`] });
    const { commit, files } = await readRepository({ address, ref, path, credentials: typed, environment: this.#environment }, signal);
    return openProject({ type: this.type, version: commit, where: path === undefined ? address : `${address}#${path}`, files, dockerfile }, this.#options);
  }
}
