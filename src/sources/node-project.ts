import { satisfies } from 'semver';
import { DEFAULT_BASES } from '../domain/base-images.ts';
import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { parseNpmOverride } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, Executable, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { nodeProjectBuild } from './node-project-build.ts';
import { readNodeManifest } from './node-manifest.ts';
import type { NodeManifest } from './node-manifest.ts';
import { resolveNodeProject } from './node-project-resolver.ts';
import { withInstallScripts } from './npm-build.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { explainNpmFailure } from './npm-failure.ts';
import { parseProjectLock } from './npm-lock.ts';
import { validateNpmOverrides } from './npm-overrides.ts';
import { npmNetwork } from './npm-settings.ts';
import { npmStrangers } from './npm-strangers.ts';
import { treeHash } from './project-files.ts';
import type { OpenedProject } from './opened-project.ts';
import { withSystemPackages } from './system-build.ts';
import { explainSystemFailure } from './system-failure.ts';
import type { Template } from './template.ts';

export interface NodeProjectOptions {
  readonly containers: ToolContainers;
  readonly configuration: () => NpmConfiguration;
  readonly packageRoot: string;
  readonly extraCa: Uint8Array | undefined;
}

const TEMPLATE: Template = { name: 'node-project', version: '1' };

/** An npm project of a folder or a repository: its files as they are, its dependencies from the registry. */
export class NodeProject implements OpenedSource {
  readonly type;
  readonly base = { key: 'node', image: DEFAULT_BASES.node } as const;
  readonly template = TEMPLATE;
  readonly lockKind = 'package-lock.json';
  readonly tree: string;
  readonly #project: OpenedProject;
  readonly #options: NodeProjectOptions;
  readonly #manifest: NodeManifest;
  readonly #addresses = new Map<string, Readonly<Record<string, string>>>();

  constructor(project: OpenedProject, options: NodeProjectOptions) {
    this.type = project.type;
    this.tree = treeHash(project.files);
    this.#project = project;
    this.#options = options;
    this.#manifest = readNodeManifest(project.files, project.where);
  }

  /** Whether it names something that could be started. */
  isServer(): boolean {
    return this.#manifest.executables.length > 0;
  }

  validateOverrides(overrides: readonly string[]): void {
    validateNpmOverrides(overrides);
  }

  async resolve(packageName: string): Promise<ResolvedPackage> {
    const { type, version, where } = this.#project;
    const { description, executables } = this.#manifest;
    if (executables.length === 0) {
      throw new CcMcpError('RESOLUTION_FAILED', `package.json of ${sanitizeLine(where, 200)} names nothing that could be started`, { suggestions: ['Give it a "bin" or a "main"'] });
    }
    return { type, package: packageName, version, description, executables, hasInstallScripts: this.#mustBuild(executables) };
  }

  async lock(request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    this.#refuseUnbuilt(this.#manifest.executables, request.allowScripts);
    const overrides = Object.fromEntries(request.overrides.flatMap((text) => {
      const override = parseNpmOverride(text);
      return override === undefined ? [] : [[override.name, override.range] as const];
    }));
    const { content, addresses } = await resolveNodeProject(this.#options.containers, this.#options.configuration(), {
      manifest: this.#manifest, files: this.#project.files, where: this.#project.where, overrides, baseImage: request.baseImage, development: this.#builds(request.allowScripts),
    }, onLine, signal);
    this.#addresses.set(content, addresses);
    const { packages } = this.#parse(content);
    return { lock: { kind: this.lockKind, content }, executables: this.#manifest.executables, packages: Object.keys(packages).length - 1, withScripts: withInstallScripts(packages) };
  }

  stillLocks(content: string, { allowScripts }: Pick<LockRequest, 'allowScripts'>): boolean {
    const { dependencies, optionalDependencies, devDependencies } = this.#manifest;
    const root = this.#parse(content).packages[''] ?? {};
    const locked = { ...root.dependencies, ...root.optionalDependencies };
    const wanted = { ...(this.#builds(allowScripts) ? devDependencies : {}), ...dependencies };
    const fits = Object.entries(wanted).every(([name, range]) => locked[name] !== undefined && satisfies(locked[name], range === '' ? '*' : range));
    return fits && Object.keys(locked).every((name) => name in wanted || name in optionalDependencies);
  }

  parseLock(content: string): DependencyLock {
    this.#parse(content);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, _packageName: string, _version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const { packages } = this.#parse(content);
    const found = this.#manifest.executables.find(({ name }) => name === executable);
    return { lock: { kind: this.lockKind, content }, packages: Object.keys(packages).length - 1, ...(found === undefined ? {} : { executable: found }) };
  }

  buildInput(request: BuildInputRequest): BuildInput {
    this.#refuseUnbuilt([request.executable], request.allowScripts);
    const { containers, packageRoot, extraCa, configuration } = this.#options;
    const input = nodeProjectBuild(request, {
      what: this.#project.where, containers, template: { ...TEMPLATE, version: request.templateVersion ?? TEMPLATE.version }, packageRoot, extraCa, configuration: configuration(), addresses: this.#addressesOf(request.lock.content),
      lock: this.#parse(request.lock.content), manifest: this.#manifest, files: this.#project.files, build: this.#builds(request.allowScripts) ? this.#manifest.build : undefined,
    });
    return withSystemPackages(input, request.systemPackages, this.#options);
  }

  /** None for a folder: what it is built from the second time has none either, and would be fetched again. */
  #addressesOf(lock: string): Readonly<Record<string, string>> {
    return this.type === 'local' ? {} : (this.#addresses.get(lock) ?? {});
  }

  strangersIn(image: ImageId, { content }: { readonly content: string }, signal?: AbortSignal): Promise<readonly string[]> {
    return npmStrangers(this.#options.containers, image, this.#parse(content), signal);
  }

  network(): 'default' | 'host' {
    return npmNetwork(this.#options.configuration());
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainSystemFailure(log) ?? explainNpmFailure(log)?.message;
  }

  #parse(content: string): ReturnType<typeof parseProjectLock> {
    const { dependencies, optionalDependencies, devDependencies } = this.#manifest;
    return parseProjectLock(content, this.#project.where, Object.keys(dependencies).filter((name) => !(name in optionalDependencies)), [...Object.keys(optionalDependencies), ...Object.keys(devDependencies)]);
  }

  #builds(allowScripts: boolean): boolean {
    return allowScripts && this.#manifest.build !== undefined;
  }

  /** None of them is in the folder: its build makes them. */
  #mustBuild(executables: readonly Executable[]): boolean {
    const paths = new Set(this.#project.files.map(({ path }) => path));
    return executables.every(({ target }) => !paths.has(target));
  }

  #refuseUnbuilt(executables: readonly Executable[], allowScripts: boolean): void {
    if (!this.#mustBuild(executables) || this.#builds(allowScripts)) return;
    const { build } = this.#manifest;
    const what = `${sanitizeLine(this.#project.where, 200)} starts ${sanitizeLine(executables[0]?.target ?? '', 120)}, which is not in it`;
    if (build === undefined) throw new CcMcpError('RESOLUTION_FAILED', `${what}, and package.json has no script that builds it`, { suggestions: ['Build it first, or give package.json a "build" script'] });
    throw new CcMcpError('CONSENT_NEEDED', `${what} until it is built, which runs code: npm run ${build}`, { suggestions: ['--allow-scripts   builds it in a container without network'] });
  }
}
