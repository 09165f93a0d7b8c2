import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import type { GoConfiguration } from './go-configuration.ts';
import { explainGoFailure } from './go-failure.ts';
import { parseGoSum } from './go-lock.ts';
import type { GoModule } from './go-lock.ts';
import { readGoManifest } from './go-manifest.ts';
import type { GoManifest } from './go-manifest.ts';
import { goProjectBuild } from './go-project-build.ts';
import { resolveGoProject } from './go-project-resolver.ts';
import { checkedGoConfiguration, goNetwork } from './go-settings.ts';
import { GO_BASE } from './go-source.ts';
import type { GoSourceOptions } from './go-source.ts';
import type { OpenedProject } from './opened-project.ts';
import { treeHash } from './project-files.ts';
import { refuseSystemPackages } from './refuse-system-packages.ts';
import type { Template } from './template.ts';

export type GoProjectOptions = Omit<GoSourceOptions, 'baseImage'>;

const TEMPLATE: Template = { name: 'go-project', version: '1' };

/** A Go module of a folder or a repository: a static program from its files, and the modules that they want. */
export class GoProject implements OpenedSource {
  readonly type;
  readonly base = GO_BASE;
  readonly template = TEMPLATE;
  readonly lockKind = 'go.sum';
  readonly tree: string;
  readonly #project: OpenedProject;
  readonly #options: GoProjectOptions;
  readonly #manifest: GoManifest;

  constructor(project: OpenedProject, options: GoProjectOptions) {
    this.type = project.type;
    this.tree = treeHash(project.files);
    this.#project = project;
    this.#options = options;
    this.#manifest = readGoManifest(project.files, project.where);
  }

  /** Whether it has something that could be started. */
  isServer(): boolean {
    return this.#manifest.executables.length > 0;
  }

  validateOverrides(overrides: readonly string[]): void {
    if (overrides.length > 0) throw new CcMcpError('INVALID_VALUE', 'A Go project takes no overrides: its go.mod says which versions it needs', { suggestions: ['Change its go.mod'] });
  }

  async resolve(packageName: string): Promise<ResolvedPackage> {
    const { type, version, where } = this.#project;
    const { executables } = this.#manifest;
    if (executables.length === 0) throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} has no main package that could be started`, { suggestions: ['Name the subfolder that is the module of the server'] });
    return { type, package: packageName, version, description: '', executables, hasInstallScripts: false };
  }

  async lock({ baseImage }: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { executables, vendored } = this.#manifest;
    const content = vendored ? '' : await resolveGoProject(this.#options.containers, this.#configuration(), {
      files: this.#project.files, where: this.#project.where, packages: executables.map(({ target }) => target), baseImage,
    }, onLine, signal);
    return { lock: { kind: this.lockKind, content }, executables, packages: this.#modules(content).length, withScripts: [] };
  }

  parseLock(content: string): DependencyLock {
    this.#modules(content);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, _packageName: string, _version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const found = this.#manifest.executables.find(({ name }) => name === executable);
    return { lock: { kind: this.lockKind, content }, packages: this.#modules(content).length, ...(found === undefined ? {} : { executable: found }) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    refuseSystemPackages(request.systemPackages, 'the image of a Go program holds that program and no distribution');
    const { packageRoot, extraCa } = this.#options;
    return goProjectBuild(request, {
      template: { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version }, packageRoot, extraCa, configuration: this.#configuration(), modules: this.#modules(request.lock.content),
      files: this.#project.files, vendored: this.#manifest.vendored,
    });
  }

  network(): 'default' | 'host' {
    return goNetwork(this.#configuration());
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainGoFailure(log)?.message;
  }

  #configuration(): GoConfiguration {
    return checkedGoConfiguration(this.#options.configuration());
  }

  /** None where the folder has their code itself, or wants nothing but Go's own library. */
  #modules(content: string): readonly GoModule[] {
    return content === '' ? [] : parseGoSum(content, sanitizeLine(this.#project.where, 200));
  }
}
