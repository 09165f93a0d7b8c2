import type { ImageDetails } from '../domain/container-engine.ts';
import { sha256 } from '../domain/fingerprint.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { OwnDockerfile } from '../domain/package.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import { dockerfileBuild } from './dockerfile-build.ts';
import { explainDockerfileFailure } from './dockerfile-failure.ts';
import { parseDockerfileLock, writeDockerfileLock } from './dockerfile-lock.ts';
import type { DockerfileLock } from './dockerfile-lock.ts';
import { ownSettings } from './dockerfile-settings.ts';
import { readStages } from './dockerfile-stages.ts';
import type { OwnStages } from './dockerfile-stages.ts';
import type { OpenedProject } from './opened-project.ts';
import { textAt, treeHash } from './project-files.ts';
import { refuseSystemPackages } from './refuse-system-packages.ts';
import type { Template } from './template.ts';

/** An image at the engine: its name there, what it was, and its settings. */
export interface FoundImage {
  readonly reference: string;
  readonly digest: string;
  readonly details: ImageDetails;
}

export interface DockerfileProjectOptions {
  /** An image as a Dockerfile names it, pulled when it is missing. With a digest: exactly that one. */
  readonly image: (canonical: string, digest: string | undefined, signal?: AbortSignal) => Promise<FoundImage>;
  readonly packageRoot: string;
}

const TEMPLATE: Template = { name: 'dockerfile', version: '1' };
const OURS = /^io\.cc-mcp(?:\.|$)/;
const EXECUTABLE = { name: 'server', target: 'server' } as const;

/** A folder or a repository with a Dockerfile of its own: its steps run in a build that has nothing of this machine. */
export class DockerfileProject implements OpenedSource {
  readonly type;
  readonly base: OpenedSource['base'];
  readonly images: readonly string[];
  readonly template = TEMPLATE;
  readonly lockKind = 'dockerfile.json';
  readonly tree: string;
  readonly #project: OpenedProject;
  readonly #options: DockerfileProjectOptions;
  readonly #dockerfile: OwnDockerfile;
  readonly #stages: OwnStages;
  readonly #found = new Map<string, FoundImage>();

  constructor(project: OpenedProject, dockerfile: OwnDockerfile, options: DockerfileProjectOptions) {
    const text = textAt(project.files, dockerfile.path);
    if (text === undefined) throw new CcMcpError('FILE_NOT_FOUND', `${sanitizeLine(project.where, 200)} has no ${sanitizeLine(dockerfile.path, 100)}`, { suggestions: ['--dockerfile FILE   of the folder itself'] });
    this.type = project.type;
    this.tree = sha256(`${treeHash(project.files)}\n${dockerfile.network ? 'network' : ''}\n${dockerfile.path}\n`);
    this.#project = project;
    this.#options = options;
    this.#dockerfile = dockerfile;
    this.#stages = readStages(text, dockerfile.path);
    const [base, ...others] = this.#stages.images;
    this.base = { image: base };
    this.images = others;
  }

  validateOverrides(overrides: readonly string[]): void {
    if (overrides.length > 0) throw new CcMcpError('INVALID_VALUE', 'What a Dockerfile of its own installs takes no overrides', { suggestions: ['Leave --override away'] });
  }

  async resolve(packageName: string): Promise<ResolvedPackage> {
    return { type: this.type, package: packageName, version: this.#project.version, description: '', executables: [EXECUTABLE], hasInstallScripts: true };
  }

  async lock(_request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<LockedPackage> {
    const { path, network } = this.#dockerfile;
    for (const image of this.#stages.images) {
      onLine(`Looking up ${image}`);
      this.#found.set(image, await this.#checked(image, undefined, signal));
    }
    const settings = ownSettings(this.#stages, path, (image) => this.#at(image).details);
    const { entrypoint, command } = settings;
    if (entrypoint.length + command.length === 0) throw this.#refused('names no program to start, so what it makes is not a server', ['Give it an ENTRYPOINT']);
    const started = entrypoint.length > 0 ? { entrypoint, command } : { entrypoint: command, command: [] };
    const content = writeDockerfileLock({ dockerfile: path, network, images: this.#stages.images.map((image) => ({ image, digest: this.#at(image).digest })), ...mutable({ ...settings, ...started }) });
    return { lock: this.parseLock(content), executables: [EXECUTABLE], packages: this.#stages.images.length, withScripts: [] };
  }

  parseLock(content: string): DependencyLock {
    this.#parse(content);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, _packageName: string, _version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const { images } = this.#parse(content);
    return { lock: { kind: this.lockKind, content }, packages: images.length, ...(executable === EXECUTABLE.name ? { executable: EXECUTABLE } : {}) };
  }

  /** The very images that the lock names. */
  async pullImages(content: string, signal?: AbortSignal): Promise<void> {
    for (const { image, digest } of this.#parse(content).images) {
      if (this.#found.get(image)?.digest !== digest) this.#found.set(image, await this.#checked(image, digest, signal));
    }
  }

  buildInput({ lock, systemPackages, templateVersion }: BuildInputRequest): BuildInput {
    refuseSystemPackages(systemPackages, 'what a Dockerfile of its own installs stands in it');
    const { packageRoot } = this.#options;
    return dockerfileBuild(this.#parse(lock.content), {
      template: { ...TEMPLATE, version: templateVersion ?? TEMPLATE.version }, packageRoot, stages: this.#stages, files: this.#project.files, content: lock.content,
      referenceOf: (image) => this.#found.get(image)?.reference ?? image, architecture: this.#found.get(this.#stages.images[0])?.details.architecture ?? '',
    });
  }

  settings(content: string): Pick<DockerfileLock, 'command' | 'workingDirectory' | 'volumes'> {
    const { command, workingDirectory, volumes } = this.#parse(content);
    return { command, workingDirectory, volumes };
  }

  network(): 'default' {
    return 'default';
  }

  diagnoseBuild(log: readonly string[]): string | undefined {
    return explainDockerfileFailure(log, this.#dockerfile);
  }

  #parse(content: string): DockerfileLock {
    const lock = parseDockerfileLock(content, this.#project.where, { dockerfile: this.#dockerfile.path, network: this.#dockerfile.network });
    const named = lock.images.map(({ image }) => image);
    if (named.join('\n') === this.#stages.images.join('\n')) return lock;
    throw new CcMcpError('LOCK_INVALID', `The lock of ${sanitizeLine(this.#project.where, 200)} has other images than its ${this.#dockerfile.path}: ${sanitizeLine(named.join(', '), 200)}`, { suggestions: ['Restore mcp.lock.json and mcp.lock.d from version control'] });
  }

  async #checked(image: string, digest: string | undefined, signal: AbortSignal | undefined): Promise<FoundImage> {
    const found = await this.#options.image(image, digest, signal);
    const [label] = Object.keys(found.details.labels).filter((key) => OURS.test(key));
    if (label !== undefined) throw this.#refused(`takes ${image}, which carries the label ${sanitizeLine(label, 60)}: it passes itself off as something that cc-mcp made`);
    if (found.details.triggers.length > 0) throw this.#refused(`takes ${image}, which has ONBUILD steps of its own`);
    return found;
  }

  #at(image: string): FoundImage {
    return this.#found.get(image) as FoundImage;
  }

  #refused(problem: string, suggestions: readonly string[] = []): CcMcpError {
    return new CcMcpError('REFUSED', `${sanitizeLine(this.#dockerfile.path, 100)} of ${sanitizeLine(this.#project.where, 200)} ${problem}`, { suggestions });
  }
}

function mutable({ entrypoint, command, workingDirectory, volumes }: Pick<DockerfileLock, 'workingDirectory'> & { readonly [key in 'entrypoint' | 'command' | 'volumes']: readonly string[] }): Pick<DockerfileLock, 'entrypoint' | 'command' | 'workingDirectory' | 'volumes'> {
  return { entrypoint: [...entrypoint], command: [...command], workingDirectory, volumes: [...volumes] };
}
