import { CcMcpError } from './errors.ts';
import { sanitizeLine } from './sanitize.ts';

/**
 * Names of a distribution's packages, Debian's and Alpine's alike: no version, address, option or pattern, and no dash at the end,
 * by which apt-get would remove a package.
 */
const NAME = /^[a-z0-9](?:[a-z0-9+._-]{0,98}[a-z0-9+])$/;
const MOST = 64;

export function isSystemPackage(name: string): boolean {
  return NAME.test(name);
}

/** In the order and the number in which they count: sorted, each once. Throws INVALID_VALUE. */
export function systemPackageList(names: readonly string[]): readonly string[] {
  const bad = names.find((name) => !isSystemPackage(name));
  if (bad !== undefined) {
    throw new CcMcpError('INVALID_VALUE', `"${sanitizeLine(bad, 80)}" is not the name of a package of a distribution`, { suggestions: ['--system-package git'] });
  }
  const list = [...new Set(names)].sort();
  if (list.length > MOST) throw new CcMcpError('INVALID_VALUE', `${list.length} system packages are more than ${MOST}`, { suggestions: ['Name only what the server starts'] });
  return list;
}
