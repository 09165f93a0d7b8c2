/** What an entry's command starts, in the words of `install`. */
export interface Launch {
  readonly type: 'npm' | 'pypi';
  readonly package: string;
  /** Exact, a range or a tag; absent: the newest. */
  readonly range?: string;
  readonly bin?: string;
  readonly overrides: readonly string[];
  readonly arguments: readonly string[];
  /** What of the command means nothing in a container, a line each. */
  readonly dropped: readonly string[];
}

/** A command that is no package of a registry: why, and what to type. */
export class NoLaunch {
  readonly why: string;
  readonly suggestions: readonly string[];

  constructor(why: string, suggestions: readonly string[] = []) {
    this.why = why;
    this.suggestions = suggestions;
  }
}
