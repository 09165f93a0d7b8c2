import { DEFAULT_BASES } from '../domain/base-images.ts';
import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { isPypiName, isPypiRange, normalizedPypiName, parsePypiOverride } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, PackageSource, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { pypiBuildInput } from './pypi-build.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { explainUvFailure } from './pypi-failure.ts';
import { parsePypiLock, pypiVersionIn } from './pypi-lock.ts';
import { validatePypiOverrides } from './pypi-overrides.ts';
import { resolvePypiTree, resolvePypiVersion } from './pypi-resolver.ts';
import { pypiNetwork } from './pypi-settings.ts';
import { pythonStrangers } from './python-strangers.ts';
import { refuseOwn } from './override-rules.ts';
import { withSystemPackages } from './system-build.ts';
import { explainSystemFailure } from './system-failure.ts';
import type { Template } from './template.ts';

export interface PypiSourceOptions {
  readonly containers: ToolContainers;
  /** Read at the first need; `readPypiConfiguration` in the program. */
  readonly configuration: () => PypiConfiguration;
  /** The base image as this engine knows it, pulled when it is missing: uv asks for versions from within it. */
  readonly baseImage: (signal?: AbortSignal) => Promise<string>;
  /** The folder that has `templates/`. */
  readonly packageRoot: string;
  /** Content of the host's extra CA bundle. */
  readonly extraCa: Uint8Array | undefined;
}

const TEMPLATE: Template = { name: 'python', version: '1' };
export const PYTHON_BASE = { key: 'python', image: DEFAULT_BASES.python } as const;

/** PyPI packages: version and tree by uv in a container, the image from its lock. */
export class PypiSource implements PackageSource, OpenedSource {
  readonly type = 'pypi';
  readonly base = PYTHON_BASE;
  readonly template = TEMPLATE;
  readonly lockKind = 'requirements.txt';
  readonly dated = { versionOf: pypiVersionIn };
  readonly #options: PypiSourceOptions;
  #configuration: PypiConfiguration | undefined;

  constructor(options: PypiSourceOptions) {
    this.#options = options;
  }

  validate(packageName: string, range: string | undefined): void {
    if (!isPypiName(packageName)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(packageName, 80)}" is not the name of a PyPI package`, { suggestions: ['pypi:package@1.2.3'] });
    if (range === undefined || isPypiRange(range)) return;
    throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(range, 80)}" is not a version or a range of pypi:${packageName}`, { suggestions: [`pypi:${packageName}@1.2.3`] });
  }

  known(): OpenedSource {
    return this;
  }

  async open(): Promise<OpenedSource> {
    return this;
  }

  validateOverrides(overrides: readonly string[]): void {
    validatePypiOverrides(overrides);
  }

  async resolve(packageName: string, range: string | undefined, signal?: AbortSignal): Promise<ResolvedPackage> {
    this.validate(packageName, range);
    return resolvePypiVersion(this.#options.containers, this.#read(), { name: packageName, range, image: await this.#options.baseImage(signal) }, signal);
  }

  async lock(request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { resolved, overrides } = request;
    this.validate(resolved.package, resolved.version);
    this.validateOverrides(overrides);
    refuseOwn(overrides.flatMap((text) => parsePypiOverride(text)?.name ?? []).map(normalizedPypiName), normalizedPypiName(resolved.package));
    const { content, executables } = await resolvePypiTree(this.#options.containers, this.#read(), request, onLine, signal);
    const entries = parsePypiLock(content, resolved.package, resolved.version);
    return { lock: { kind: this.lockKind, content }, executables, packages: entries.length, withScripts: [] };
  }

  parseLock(content: string, packageName: string, version: string): DependencyLock {
    parsePypiLock(content, packageName, version);
    return { kind: this.lockKind, content };
  }

  /** A requirements file says nothing of executables; an entry point of a name is started by that name. */
  readLocked(content: string, packageName: string, version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const packages = parsePypiLock(content, packageName, version).length;
    return { lock: { kind: this.lockKind, content }, packages, ...(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(executable) ? { executable: { name: executable, target: executable } } : {}) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    const { containers, packageRoot, extraCa } = this.#options;
    const template = { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version };
    return withSystemPackages(pypiBuildInput(request, { template, containers, packageRoot, extraCa, configuration: this.#read() }), request.systemPackages, this.#options);
  }

  strangersIn(image: ImageId, { content, package: name }: { readonly content: string; readonly package: string }, signal?: AbortSignal): Promise<readonly string[]> {
    return pythonStrangers(this.#options.containers, image, content, [name], signal);
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainSystemFailure(log) ?? explainUvFailure(log)?.message;
  }

  /** What resolver and build need to reach the configured index. */
  network(): 'default' | 'host' {
    return pypiNetwork(this.#read());
  }

  #read(): PypiConfiguration {
    this.#configuration ??= this.#options.configuration();
    return this.#configuration;
  }
}
