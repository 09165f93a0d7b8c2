import { DEFAULT_BASES } from '../domain/base-images.ts';
import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { normalizedPypiName, parsePypiOverride } from '../domain/pypi-grammar.ts';
import { pypiRangeCovers } from '../domain/pypi-version.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import type { OpenedProject } from './opened-project.ts';
import { treeHash } from './project-files.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { explainUvFailure } from './pypi-failure.ts';
import { parseRequirements } from './pypi-lock.ts';
import { validatePypiOverrides } from './pypi-overrides.ts';
import { resolveRequirements } from './pypi-resolver.ts';
import { pypiNetwork } from './pypi-settings.ts';
import { pythonStrangers } from './python-strangers.ts';
import { pythonProjectBuild } from './python-project-build.ts';
import { readPythonManifest } from './python-manifest.ts';
import type { PythonManifest } from './python-manifest.ts';
import { withSystemPackages } from './system-build.ts';
import { explainSystemFailure } from './system-failure.ts';
import type { Template } from './template.ts';

export interface PythonProjectOptions {
  readonly containers: ToolContainers;
  readonly configuration: () => PypiConfiguration;
  readonly packageRoot: string;
  readonly extraCa: Uint8Array | undefined;
}

const TEMPLATE: Template = { name: 'python-project', version: '1' };

/** A Python project of a folder or a repository: its files as they are, its dependencies from the index. Its own build never runs. */
export class PythonProject implements OpenedSource {
  readonly type;
  readonly base = { key: 'python', image: DEFAULT_BASES.python } as const;
  readonly template = TEMPLATE;
  readonly lockKind = 'requirements.txt';
  readonly tree: string;
  readonly #project: OpenedProject;
  readonly #options: PythonProjectOptions;
  readonly #manifest: PythonManifest;

  constructor(project: OpenedProject, options: PythonProjectOptions) {
    this.type = project.type;
    this.tree = treeHash(project.files);
    this.#project = project;
    this.#options = options;
    this.#manifest = readPythonManifest(project.files, project.where);
  }

  /** Whether it names something that could be started. */
  isServer(): boolean {
    return this.#manifest.executables.length > 0;
  }

  validateOverrides(overrides: readonly string[]): void {
    validatePypiOverrides(overrides);
  }

  async resolve(packageName: string): Promise<ResolvedPackage> {
    const { type, version, where } = this.#project;
    const { description, executables } = this.#manifest;
    if (executables.length === 0) {
      throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} names nothing that could be started`, { suggestions: ['Give pyproject.toml a [project.scripts], or the folder a server.py or main.py'] });
    }
    return { type, package: packageName, version, description, executables, hasInstallScripts: false };
  }

  async lock({ overrides, baseImage, allowScripts }: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { requirements, executables } = this.#manifest;
    const content = requirements.length === 0 ? '' : await resolveRequirements(this.#options.containers, this.#options.configuration(), {
      what: this.#project.where, requirements, overrides: overrides.flatMap((text) => parsePypiOverride(text)?.requirement ?? []), baseImage, allowScripts,
    }, onLine, signal);
    return { lock: this.parseLock(content), executables, packages: this.#count(content), withScripts: [] };
  }

  stillLocks(content: string): boolean {
    const locked = new Map(parseRequirements(content, this.#project.where).map(({ name, version }) => [normalizedPypiName(name), version]));
    return this.#manifest.requirements.every((text) => {
      const [, name = '', rest = ''] = /^([A-Za-z0-9._-]+)\s*(.*)$/.exec(text) ?? [];
      const version = locked.get(normalizedPypiName(name));
      // Extras and conditions are for the resolver to understand.
      if (version === undefined || /[[;]/.test(rest)) return false;
      const range = rest.replaceAll(/[()\s]/g, '');
      return range === '' || pypiRangeCovers(range, version);
    });
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
    const { containers, packageRoot, extraCa, configuration } = this.#options;
    const input = pythonProjectBuild(request, {
      what: this.#project.where, containers, template: { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version }, packageRoot, extraCa, configuration: configuration(), manifest: this.#manifest, files: this.#project.files,
    });
    return withSystemPackages(input, request.systemPackages, this.#options);
  }

  strangersIn(image: ImageId, { content }: { readonly content: string }, signal?: AbortSignal): Promise<readonly string[]> {
    const { name, requirements } = this.#manifest;
    return pythonStrangers(this.#options.containers, image, content, [name, ...requirements.flatMap((text) => /^[A-Za-z0-9._-]+/.exec(text)?.[0] ?? [])], signal);
  }

  network(): 'default' | 'host' {
    return pypiNetwork(this.#options.configuration());
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainSystemFailure(log) ?? explainUvFailure(log)?.message;
  }

  #count(content: string): number {
    return parseRequirements(content, this.#project.where).length;
  }
}
