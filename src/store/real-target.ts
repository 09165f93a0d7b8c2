import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskError, unless } from './file-errors.ts';

/** Longer chains are circles to the kernel too. */
const MOST_LINKS = 40;

/** The file that a path leads to when it is written, through symbolic links, also one that does not exist yet. Its folder must. */
export function realTarget(path: string): string {
  try {
    let target = resolve(path);
    for (let links = 0; links < MOST_LINKS; links += 1) {
      target = join(realpathSync(dirname(target)), basename(target));
      if (unless(['ENOENT'], () => lstatSync(target))?.isSymbolicLink() !== true) return target;
      target = resolve(dirname(target), readlinkSync(target));
    }
    return realpathSync(path);
  } catch (error) {
    throw diskError('write', path, error);
  }
}
