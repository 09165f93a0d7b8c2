import { satisfies, validRange } from 'semver';
import { isCommit } from './git-grammar.ts';
import { goRangeCovers } from './go-grammar.ts';
import { imageRangeCovers } from './image-grammar.ts';
import type { SourceType } from './package.ts';
import { pypiRangeCovers } from './pypi-version.ts';

/** Whether a version as a manifest asks for it covers the exact one of a lock. A name that moves, such as a tag or a branch, covers all. */
export function versionCovers(type: SourceType, asked: string, locked: string): boolean {
  switch (type) {
    case 'npm': return validRange(asked) === null || satisfies(locked, asked, { includePrerelease: true });
    case 'pypi': return pypiRangeCovers(asked, locked);
    case 'git': return !isCommit(asked) || asked === locked;
    case 'go': return goRangeCovers(asked, locked);
    case 'docker': return imageRangeCovers(asked, locked);
    // Whether a lock is of the folder as it is now shows when the folder is read.
    case 'local': return true;
    default: return type satisfies never;
  }
}
