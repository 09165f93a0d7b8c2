import { DEFAULT_BASES } from '../domain/base-images.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import { denoProjectBuild } from './deno-project-build.ts';
import { explainDenoFailure } from './deno-failure.ts';
import { parseDenoLock } from './deno-lock.ts';
import { readDenoManifest } from './deno-manifest.ts';
import type { DenoManifest } from './deno-manifest.ts';
import { resolveDenoProject } from './deno-project-resolver.ts';
import type { NodeProjectOptions } from './node-project.ts';
import { npmNetwork } from './npm-settings.ts';
import type { OpenedProject } from './opened-project.ts';
import { treeHash } from './project-files.ts';
import { withSystemPackages } from './system-build.ts';
import { explainSystemFailure } from './system-failure.ts';
import type { Template } from './template.ts';

/** npm's registries are Deno's, too. */
export type DenoProjectOptions = NodeProjectOptions;

const TEMPLATE: Template = { name: 'deno-project', version: '1' };

/** A Deno project of a folder or a repository. Deno's own permissions are all granted inside: the container is the sandbox. */
export class DenoProject implements OpenedSource {
  readonly type;
  readonly base = { key: 'deno', image: DEFAULT_BASES.deno } as const;
  readonly template = TEMPLATE;
  readonly lockKind = 'deno.lock';
  readonly tree: string;
  readonly #project: OpenedProject;
  readonly #options: DenoProjectOptions;
  readonly #manifest: DenoManifest;

  constructor(project: OpenedProject, options: DenoProjectOptions) {
    this.type = project.type;
    this.tree = treeHash(project.files);
    this.#project = project;
    this.#options = options;
    this.#manifest = readDenoManifest(project.files, project.where);
  }

  /** Whether it names something that could be started. */
  isServer(): boolean {
    return this.#manifest.executables.length > 0;
  }

  validateOverrides(overrides: readonly string[]): void {
    if (overrides.length > 0) throw new CcMcpError('INVALID_VALUE', 'A Deno project takes no overrides: its deno.json says which versions it needs', { suggestions: ['Change the imports of its deno.json'] });
  }

  async resolve(packageName: string): Promise<ResolvedPackage> {
    const { type, version, where } = this.#project;
    const { executables } = this.#manifest;
    if (executables.length === 0) throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} names nothing that could be started`, { suggestions: ['Give deno.json an "exports" or a task "start", or the folder a main.ts'] });
    return { type, package: packageName, version, description: '', executables, hasInstallScripts: false };
  }

  async lock({ resolved, baseImage }: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const content = await resolveDenoProject(this.#options.containers, this.#options.configuration(), {
      files: this.#project.files, where: this.#project.where, start: resolved.executables[0]?.target ?? '', baseImage,
    }, onLine, signal);
    return { lock: { kind: this.lockKind, content }, executables: resolved.executables, packages: this.#count(content), withScripts: [] };
  }

  parseLock(content: string): DependencyLock {
    this.#count(content);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, _packageName: string, _version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const found = this.#manifest.executables.find(({ name }) => name === executable);
    return { lock: this.parseLock(content), packages: this.#count(content), ...(found === undefined ? {} : { executable: found }) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    const { packageRoot, extraCa, configuration } = this.#options;
    const input = denoProjectBuild(request, { template: { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version }, packageRoot, extraCa, configuration: configuration(), files: this.#project.files });
    return withSystemPackages(input, request.systemPackages, this.#options);
  }

  network(): 'default' | 'host' {
    return npmNetwork(this.#options.configuration());
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainSystemFailure(log) ?? explainDenoFailure(log)?.message;
  }

  #count(content: string): number {
    const { npm, jsr } = parseDenoLock(content, this.#project.where);
    return Object.keys({ ...npm, ...jsr }).length;
  }
}
