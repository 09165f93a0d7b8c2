import type { MarketplacePackage } from '../../domain/package.ts';
import type { Launch } from './package-launch.ts';

/** What a user would type to install it; as the index names it, where it does: it knows what the package asks for, and how it is tested. */
export function launchReference(launch: Launch, offered: MarketplacePackage | undefined): string {
  const { type, package: place, path, range } = launch;
  switch (type) {
    case 'npm':
    case 'pypi':
      return ofRegistry(type, place, range, offered);
    case 'docker':
      return `docker:${place}${range === undefined ? '' : `${range.startsWith('sha256:') ? '@' : ':'}${range}`}`;
    case 'git':
      return `git+${place}${range === undefined ? '' : `@${range}`}${path === undefined ? '' : `#${path}`}`;
    case 'local':
      return place;
    default:
      return type satisfies never;
  }
}

function ofRegistry(type: 'npm' | 'pypi', name: string, range: string | undefined, offered: MarketplacePackage | undefined): string {
  const exact = range === undefined || /^[\^~]?[A-Za-z0-9][A-Za-z0-9.+!_-]*$/.test(range);
  if (offered !== undefined && exact && (range === undefined || /\d/.test(range))) return range === undefined ? offered.name : `${offered.name}@${range}`;
  if (range === undefined) return `${type}:${name}`;
  return `${type}:${name}${exact || type === 'npm' ? '@' : ''}${range}`;
}
