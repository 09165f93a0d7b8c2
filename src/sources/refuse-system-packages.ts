import { CcMcpError } from '../domain/errors.ts';

/** For an image that has no distribution, or is somebody's own. */
export function refuseSystemPackages(names: readonly string[] | undefined, why: string): void {
  const [first] = names ?? [];
  if (first !== undefined) throw new CcMcpError('UNSUPPORTED', `${first} cannot be installed: ${why}`, { suggestions: ['Leave --system-package away'] });
}
