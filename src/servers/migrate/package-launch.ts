import type { ManifestLimits } from '../../domain/manifest.ts';

/** What an entry's command starts, in the words of `install`. */
export interface Launch {
  readonly type: 'npm' | 'pypi' | 'git' | 'local' | 'docker';
  /** A name of the registry, the address of a repository, an absolute folder, the name of an image. */
  readonly package: string;
  /** git: the folder in it. */
  readonly path?: string;
  /** Exact, a range, a tag, a branch or a digest; absent: the newest. */
  readonly range?: string;
  readonly bin?: string;
  readonly overrides: readonly string[];
  readonly arguments: readonly string[];
  /** What of the command means nothing in a container, a line each. */
  readonly dropped: readonly string[];
  /** Of an entry that starts a container already. */
  readonly container?: ContainerLaunch;
}

/** What `docker run` says of its container. */
export interface ContainerLaunch {
  /** `-e NAME=VALUE`. */
  readonly set: Readonly<Record<string, string>>;
  /** `-e NAME`: what of the entry's own variables, or of its client's, reaches the container. Nothing else does. */
  readonly passed: readonly string[];
  readonly envFiles: readonly string[];
  /** Paths of this machine. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  /** The engine's own, by name. */
  readonly volumes: readonly { readonly name: string; readonly target: string }[];
  readonly network: string | undefined;
  readonly limits: ManifestLimits;
}

/** A command that is nothing which could be moved: why, and what to type. */
export class NoLaunch {
  readonly why: string;
  readonly suggestions: readonly string[];

  constructor(why: string, suggestions: readonly string[] = []) {
    this.why = why;
    this.suggestions = suggestions;
  }
}
