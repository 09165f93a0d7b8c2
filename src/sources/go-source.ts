import { DEFAULT_BASES } from '../domain/base-images.ts';
import { CcMcpError } from '../domain/errors.ts';
import { goCommandName, isGoPath, isGoRange } from '../domain/go-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, PackageSource, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { goBuildInput } from './go-build.ts';
import type { GoConfiguration } from './go-configuration.ts';
import { explainGoFailure } from './go-failure.ts';
import { parseGoLock } from './go-lock.ts';
import { resolveGoPackage, resolveGoTree } from './go-resolver.ts';
import { checkedGoConfiguration, goNetwork } from './go-settings.ts';
import { refuseSystemPackages } from './refuse-system-packages.ts';
import type { Template } from './template.ts';

export interface GoSourceOptions {
  readonly containers: ToolContainers;
  /** Read at the first need; `readGoConfiguration` in the program. */
  readonly configuration: () => GoConfiguration;
  /** The base image as this engine knows it, pulled when it is missing: Go asks for versions from within it. */
  readonly baseImage: (signal?: AbortSignal) => Promise<string>;
  /** The folder that has `templates/`. */
  readonly packageRoot: string;
  /** Content of the host's extra CA bundle. */
  readonly extraCa: Uint8Array | undefined;
}

const TEMPLATE: Template = { name: 'go', version: '1' };
export const GO_BASE = { key: 'go', image: DEFAULT_BASES.go } as const;

/** Main packages of Go modules: version and build list by Go in a container, a static program on an empty image from its lock. */
export class GoSource implements PackageSource, OpenedSource {
  readonly type = 'go';
  readonly base = GO_BASE;
  readonly template = TEMPLATE;
  readonly lockKind = 'go.sum';
  readonly #options: GoSourceOptions;
  #configuration: GoConfiguration | undefined;

  constructor(options: GoSourceOptions) {
    this.#options = options;
  }

  validate(packageName: string, range: string | undefined): void {
    if (!isGoPath(packageName)) throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(packageName, 80)}" is not the path of a Go package`, { suggestions: ['go:example.com/module/cmd/server@v1.2.3'] });
    if (range === undefined || isGoRange(range)) return;
    throw new CcMcpError('INVALID_REFERENCE', `"${sanitizeLine(range, 80)}" is not a version of go:${packageName}, nor the beginning of one`, { suggestions: [`go:${packageName}@v1.2.3`] });
  }

  known(): OpenedSource {
    return this;
  }

  async open(): Promise<OpenedSource> {
    return this;
  }

  /** The modules choose: of each the highest version that one of them asks for, which is what its author tried. */
  validateOverrides(overrides: readonly string[]): void {
    if (overrides.length > 0) throw new CcMcpError('INVALID_VALUE', 'Go packages take no overrides: their modules say which versions they need', { suggestions: ['Choose another version of the package: go:PACKAGE@v1.2.3'] });
  }

  async resolve(packageName: string, range: string | undefined, signal?: AbortSignal): Promise<ResolvedPackage> {
    this.validate(packageName, range);
    return resolveGoPackage(this.#options.containers, this.#read(), { path: packageName, range, image: await this.#options.baseImage(signal) }, signal);
  }

  async lock(request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { resolved } = request;
    this.validate(resolved.package, resolved.version);
    this.validateOverrides(request.overrides);
    const content = await resolveGoTree(this.#options.containers, this.#read(), request, onLine, signal);
    const { modules } = parseGoLock(content, resolved.package, resolved.version);
    return { lock: { kind: this.lockKind, content }, executables: resolved.executables, packages: modules.length, withScripts: [] };
  }

  parseLock(content: string, packageName: string, version: string): DependencyLock {
    parseGoLock(content, packageName, version);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, packageName: string, version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    this.validate(packageName, version);
    const { modules } = parseGoLock(content, packageName, version);
    return { lock: { kind: this.lockKind, content }, packages: modules.length, ...(executable === goCommandName(packageName) ? { executable: { name: executable, target: packageName } } : {}) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    refuseSystemPackages(request.systemPackages, 'the image of a Go program holds that program and no distribution');
    const { packageRoot, extraCa } = this.#options;
    const locked = parseGoLock(request.lock.content, request.resolved.package, request.resolved.version);
    return goBuildInput(request, { template: { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version }, packageRoot, extraCa, configuration: this.#read(), locked });
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainGoFailure(log)?.message;
  }

  /** What resolver and build need to reach the configured proxies. */
  network(): 'default' | 'host' {
    return goNetwork(this.#read());
  }

  #read(): GoConfiguration {
    this.#configuration ??= checkedGoConfiguration(this.#options.configuration());
    return this.#configuration;
  }
}
