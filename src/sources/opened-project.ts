import type { OwnDockerfile, SourceType } from '../domain/package.ts';
import type { ProjectFile } from './project-files.ts';

/** A folder or a repository that was read: what a runtime's own adapter needs of it. */
export interface OpenedProject {
  readonly type: SourceType;
  /** A commit, or what stands for the state of a folder. */
  readonly version: string;
  /** As the user knows it, for messages. */
  readonly where: string;
  readonly files: readonly ProjectFile[];
  /** Its own, where the user lets it be built by it. */
  readonly dockerfile: OwnDockerfile | undefined;
}
