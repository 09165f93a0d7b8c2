import { dayOf } from '../../domain/day.ts';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { OpenedSource, ResolvedPackage } from '../../domain/source.ts';

/** Refuses a day that no tree can be taken of: by the source, by a registry without dates, or because the package came later. */
export async function checkAsOf(source: OpenedSource, asOf: Day, details: () => Promise<ResolvedPackage>): Promise<void> {
  if (source.dated === undefined) throw new CcMcpError('UNSUPPORTED', `The dependencies of this source cannot be taken as of ${asOf}: that is for packages of npm and PyPI`, { suggestions: ['Leave --as-of away'] });
  const { package: name, type, version, publishedAt } = await details();
  const released = dayOf(publishedAt ?? '');
  if (released === undefined) {
    throw new CcMcpError('UNSUPPORTED', `The registry of ${type}:${name} does not say when its packages were published, so their state of ${asOf} is not known`, {
      suggestions: ['Name versions instead: --override'], details: { package: name },
    });
  }
  if (asOf < released) {
    throw new CcMcpError('INVALID_VALUE', `${type}:${name} ${version} was published on ${released}, after ${asOf}`, { suggestions: [`--as-of ${released}`, `or an earlier version: ${type}:${name}@VERSION`], details: { package: name } });
  }
}
