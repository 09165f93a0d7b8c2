import { posix } from 'node:path';
import { CcMcpError } from './errors.ts';

export interface GrantPath {
  /** Absolute path on the host, normalised but with its symlinks. */
  readonly source: string;
  /** Absolute path inside the container. */
  readonly target: string;
}

/**
 * A grant as typed, `PATH` or `PATH:AT`, made absolute from `base`. Without AT the target is the path as typed (made absolute),
 * so that a file has the same name on both sides.
 */
export function parseGrantPath(text: string, base: string, homeFolder: string): GrantPath {
  if (text === '' || text.includes('\0') || text.includes('\n')) throw new CcMcpError('INVALID_VALUE', 'An empty path cannot be granted');
  const colon = text.lastIndexOf(':');
  const at = colon > 0 ? text.slice(colon + 1) : undefined;
  if (at !== undefined && !at.startsWith('/')) {
    throw new CcMcpError('INVALID_VALUE', `"${text}": what stands after ":" is the path inside the container and begins with "/"`);
  }
  const source = absolute(at === undefined ? text : text.slice(0, colon), base, homeFolder);
  return { source, target: at === undefined ? source : posix.normalize(at) };
}

export interface VolumeFlag extends GrantPath {
  readonly readOnly: boolean;
}

/** `HOST:CONTAINER[:ro|:rw]` of `--volume`, or a pair of the manifest's `volumes`. */
export function parseVolume(text: string, base: string, homeFolder: string): VolumeFlag {
  const match = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/s.exec(text);
  if (match === null) throw new CcMcpError('INVALID_VALUE', `"${text}" is not a volume: write it as HOST:CONTAINER or HOST:CONTAINER:ro`);
  return { source: absolute(match[1] ?? '', base, homeFolder), target: posix.normalize(match[2] ?? ''), readOnly: match[3] === 'ro' };
}

function absolute(path: string, base: string, homeFolder: string): string {
  const expanded = path === '~' ? homeFolder : path.startsWith('~/') ? posix.join(homeFolder, path.slice(2)) : path;
  const resolved = posix.resolve(base, expanded);
  return resolved;
}
