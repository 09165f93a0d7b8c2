import { CcMcpError } from '../domain/errors.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OpenedSource, OpenOptions, PackageSource } from '../domain/source.ts';
import { readLocalFiles } from './local-files.ts';
import { openProject } from './open-project.ts';
import type { ProjectOptions } from './open-project.ts';
import { treeHash } from './project-files.ts';

/** A folder of this machine, as it is now. Its version is made from its content. */
export class LocalSource implements PackageSource {
  readonly type = 'local';
  readonly #options: ProjectOptions;

  constructor(options: ProjectOptions) {
    this.#options = options;
  }

  validate(folder: string, range: string | undefined): void {
    if (folder === '' || !/^[\x20-\x7E]+$/.test(folder)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(folder, 80)}" is not a folder`, { suggestions: ['./folder'] });
    if (range !== undefined && !/^[0-9a-f]{12}$/.test(range)) throw new CcMcpError('INVALID_REFERENCE', 'A folder has no versions: it is taken as it is', { suggestions: ['./folder'] });
  }

  known(): undefined {}

  async open({ package: folder }: PackageSourceSpec, { dockerfile, signal }: OpenOptions): Promise<OpenedSource> {
    const files = readLocalFiles(folder, { signal, ...(dockerfile === undefined ? {} : { kept: dockerfile.path }) });
    return openProject({ type: this.type, version: treeHash(files).slice(0, 12), where: folder, files, dockerfile }, this.#options);
  }
}
