import type { ImageDetails, ImageEngine } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { parseImageVersion } from '../domain/image-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { BuildInput, BuildInputRequest, DependencyLock, LockedPackage, LockRequest, OpenedSource, ResolvedPackage } from '../domain/source.ts';
import { parseImageLock, writeImageLock } from './image-lock.ts';
import type { ImageLock } from './image-lock.ts';
import { refuseSystemPackages } from './refuse-system-packages.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface OpenedImageOptions {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string;
  readonly images: Pick<ImageEngine, 'inspectImage' | 'removeImage'>;
  readonly packageRoot: string;
  /** References that the engine did not have before this. */
  readonly fetched: readonly string[];
}

const TEMPLATE: Template = { name: 'image', version: '1' };
const OURS = /^io\.cc-mcp(?:\.|$)/;

/** One image by its digest. It is its own base; what is built on it has our labels and the lock, and runs nothing of it. */
export class OpenedImage implements OpenedSource {
  readonly type = 'docker';
  readonly template = TEMPLATE;
  readonly lockKind = 'image.json';
  readonly base: OpenedSource['base'];
  readonly #options: OpenedImageOptions;

  constructor(options: OpenedImageOptions) {
    this.#options = options;
    this.base = { image: `${options.name}@${options.digest}` };
  }

  validateOverrides(overrides: readonly string[]): void {
    if (overrides.length > 0) throw new CcMcpError('INVALID_VALUE', 'An image takes no overrides: all that it needs is in it', { suggestions: ['Choose another tag: docker:IMAGE:TAG'] });
  }

  async resolve(): Promise<ResolvedPackage> {
    const { name, tag, digest } = this.#options;
    return { type: this.type, package: name, version: tag === undefined ? digest : `${tag}@${digest}`, description: '', executables: [executableOf(name)], hasInstallScripts: false };
  }

  async lock({ resolved, baseImage }: LockRequest): Promise<LockedPackage> {
    const { name, digest, images } = this.#options;
    const details = await images.inspectImage(baseImage);
    if (details === undefined) throw new CcMcpError('IMAGE_MISSING', `${name}@${digest} is no longer at the engine`, { suggestions: ['Try again'] });
    const content = writeImageLock(settingsOf(details, { name, digest }));
    parseImageLock(content, name, resolved.version);
    return { lock: { kind: this.lockKind, content }, executables: resolved.executables, packages: 1, withScripts: [] };
  }

  parseLock(content: string, name: string, version: string): DependencyLock {
    parseImageLock(content, name, version);
    return { kind: this.lockKind, content };
  }

  readLocked(content: string, name: string, version: string, executable: string): ReturnType<OpenedSource['readLocked']> {
    const own = executableOf(name);
    return { lock: this.parseLock(content, name, version), packages: 1, ...(executable === own.name ? { executable: own } : {}) };
  }

  buildInput({ resolved, lock, systemPackages, templateVersion }: BuildInputRequest): BuildInput {
    refuseSystemPackages(systemPackages, 'an image is taken as it is');
    const version = templateVersion ?? TEMPLATE.version;
    return {
      template: TEMPLATE.name, templateVersion: version,
      files: [
        { path: 'Dockerfile', content: readTemplate(this.#options.packageRoot, { ...TEMPLATE, version }) },
        { path: 'io.cc-mcp/lock/image.json', content: new TextEncoder().encode(lock.content) },
      ],
      classic: true,
      buildArguments: {},
      entrypoint: parseImageLock(lock.content, resolved.package, resolved.version).entrypoint,
    };
  }

  settings(content: string): Pick<ImageLock, 'command' | 'workingDirectory' | 'volumes'> {
    const { name, digest } = this.#options;
    const { command, workingDirectory, volumes } = parseImageLock(content, name, parseImageVersion(digest)?.digest ?? digest);
    return { command, workingDirectory, volumes };
  }

  network(): 'default' {
    return 'default';
  }

  diagnoseBuild(): undefined {}

  /** Ours keeps its layers; a name that was there before stays. */
  async release(): Promise<void> {
    for (const reference of this.#options.fetched) await this.#options.images.removeImage(reference);
  }
}

function executableOf(name: string): { readonly name: string; readonly target: string } {
  const last = name.split('/').at(-1) ?? name;
  return { name: last, target: last };
}

/** What a container of it takes: how it starts, where, and what it writes to. Its user, health check and ports do not count. */
function settingsOf({ labels, entrypoint, command, volumes, workingDirectory, triggers }: ImageDetails, { name, digest }: { readonly name: string; readonly digest: string }): ImageLock {
  const refuse = (problem: string, suggestions: readonly string[] = []): never => {
    throw new CcMcpError('REFUSED', `docker:${name} ${problem}`, { suggestions, details: { package: name, digest } });
  };
  const [label] = Object.keys(labels).filter((key) => OURS.test(key));
  if (label !== undefined) return refuse(`carries the label ${sanitizeLine(label, 60)}, which is cc-mcp's own: it passes itself off as something that cc-mcp made`, ['Install the package that it was made from']);
  if (triggers.length > 0) return refuse('has ONBUILD steps, which would run in the build', ['It is a base for other images: name one that was built on it']);
  if (entrypoint.length + command.length === 0) return refuse('names no program to start, so it is not a server', ['Look at its page for the image that has one']);
  const [start, rest] = entrypoint.length > 0 ? [entrypoint, command] : [command, []];
  return { image: name, digest, entrypoint: start, command: rest, workingDirectory: workingDirectory === '' ? '/' : workingDirectory, volumes: [...volumes].sort() };
}
