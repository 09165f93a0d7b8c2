import { DEFAULT_BASES } from '../domain/base-images.ts';
import type { Clock } from '../domain/clock.ts';
import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { isNpmName, isNpmRange, parseNpmOverride } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, PackageSource, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { npmBuildInput, withInstallScripts } from './npm-build.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { explainNpmFailure } from './npm-failure.ts';
import { npmVersionIn, parseNpmLock } from './npm-lock.ts';
import { describePackage } from './npm-package.ts';
import { fetchPackument } from './npm-registry.ts';
import { resolveNpmTree } from './npm-resolver.ts';
import { validateNpmOverrides } from './npm-overrides.ts';
import { npmNetwork } from './npm-settings.ts';
import { npmStrangers } from './npm-strangers.ts';
import { refuseOwn } from './override-rules.ts';
import { withSystemPackages } from './system-build.ts';
import { explainSystemFailure } from './system-failure.ts';
import type { Template } from './template.ts';

export interface NpmSourceOptions {
  readonly containers: ToolContainers;
  /** Read at the first need; `readNpmConfiguration` in the program. */
  readonly configuration: () => NpmConfiguration;
  readonly clock: Clock;
  /** The folder that has `templates/`. */
  readonly packageRoot: string;
  /** Content of the host's extra CA bundle. */
  readonly extraCa: Uint8Array | undefined;
}

const TEMPLATE: Template = { name: 'node', version: '1' };

/** npm packages: metadata by npm's library on the host, the tree by npm in a container, the image from its lock. */
export class NpmSource implements PackageSource, OpenedSource {
  readonly type = 'npm';
  readonly base = { key: 'node', image: DEFAULT_BASES.node } as const;
  readonly template = TEMPLATE;
  readonly lockKind = 'package-lock.json';
  readonly dated = { versionOf: npmVersionIn };
  readonly #options: NpmSourceOptions;
  #parsed: { readonly content: string; readonly packageName: string; readonly version: string; readonly tree: ReturnType<typeof parseNpmLock> } | undefined;
  /** Lock → addresses of its archives. The process that resolved a tree need not ask for them again when it builds. */
  readonly #addresses = new Map<string, Readonly<Record<string, string>>>();
  #configuration: NpmConfiguration | undefined;

  constructor(options: NpmSourceOptions) {
    this.#options = options;
  }

  validate(packageName: string, range: string | undefined): void {
    if (!isNpmName(packageName)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(packageName, 80)}" is not the name of an npm package`, { suggestions: ['npm:@scope/package@1.2.3'] });
    if (range === undefined || isNpmRange(range)) return;
    throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(range, 80)}" is not a version, a range or a tag of npm:${packageName}`, { suggestions: [`npm:${packageName}@1.2.3`] });
  }

  known(): OpenedSource {
    return this;
  }

  async open(): Promise<OpenedSource> {
    return this;
  }

  validateOverrides(overrides: readonly string[]): void {
    validateNpmOverrides(overrides);
  }

  async resolve(packageName: string, range: string | undefined, signal?: AbortSignal): Promise<ResolvedPackage> {
    this.validate(packageName, range);
    return describePackage(await fetchPackument(packageName, this.#read(), this.#options.clock, signal), packageName, range);
  }

  async lock(request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { resolved, overrides } = request;
    this.validate(resolved.package, resolved.version);
    this.validateOverrides(overrides);
    refuseOwn(overrides.flatMap((text) => parseNpmOverride(text)?.name ?? []), resolved.package);
    const { content, addresses } = await resolveNpmTree(this.#options.containers, this.#read(), request, onLine, signal);
    const lock = this.parseLock(content, resolved.package, resolved.version);
    const { packages } = this.#tree(content, resolved.package, resolved.version);
    this.#addresses.set(content, addresses);
    return { lock, executables: resolved.executables, packages: Object.keys(packages).length - 1, withScripts: withInstallScripts(packages) };
  }

  parseLock(content: string, packageName: string, version: string): DependencyLock {
    this.#tree(content, packageName, version);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, packageName: string, version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const { packages } = this.#tree(content, packageName, version);
    const { bin = {} } = packages[`node_modules/${packageName}`] ?? {};
    const target = Object.hasOwn(bin, executable) ? bin[executable] : undefined;
    return { lock: { kind: this.lockKind, content }, packages: Object.keys(packages).length - 1, ...(target === undefined ? {} : { executable: { name: executable, target } }) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    const { containers, packageRoot, extraCa } = this.#options;
    const template = { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version };
    const input = npmBuildInput(request, { template, containers, packageRoot, extraCa, configuration: this.#read(), addresses: this.#addresses.get(request.lock.content) ?? {} });
    return withSystemPackages(input, request.systemPackages, this.#options);
  }

  strangersIn(image: ImageId, { content, package: name, version }: { readonly content: string; readonly package: string; readonly version: string }, signal?: AbortSignal): Promise<readonly string[]> {
    return npmStrangers(this.#options.containers, image, this.#tree(content, name, version), signal);
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainSystemFailure(log) ?? explainNpmFailure(log)?.message;
  }

  /** Read and checked once: an install asks several times about the same lock. */
  #tree(content: string, packageName: string, version: string): ReturnType<typeof parseNpmLock> {
    const last = this.#parsed;
    if (last !== undefined && last.content === content && last.packageName === packageName && last.version === version) return last.tree;
    const tree = parseNpmLock(content, packageName, version);
    this.#parsed = { content, packageName, version, tree };
    return tree;
  }

  /** What resolver and build need to reach the configured registry. */
  network(): 'default' | 'host' {
    return npmNetwork(this.#read());
  }

  #read(): NpmConfiguration {
    this.#configuration ??= this.#options.configuration();
    return this.#configuration;
  }
}
