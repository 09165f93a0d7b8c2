import type { Deprecation } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';
import { cutToWidth, padToWidth, textWidth } from './text-width.ts';

export interface SearchProps {
  readonly query: string;
  readonly packages: readonly { readonly name: string; readonly description: string; readonly deprecated?: Deprecation }[];
}

export function searchResultsView({ query, packages }: SearchProps, screen: Screen): string {
  if (packages.length === 0) {
    return [
      `No package matches "${sanitizeLine(query, 60)}"`,
      paint(screen, 'dim', "Any npm or PyPI package installs by reference: 'cc-mcp install npm:NAME', 'cc-mcp install pypi:NAME'"),
    ].join('\n');
  }
  const width = Math.max(...packages.map(({ name }) => textWidth(sanitizeLine(name, 63))));
  return packages.map(({ name, ...about }) => cutToWidth(`${padToWidth(sanitizeLine(name, 63), width)}  - ${aboutLine(about)}`, screen.columns)).join('\n');
}

/** What replaces it comes first: the end of a line may be cut. */
function aboutLine({ description, deprecated }: Omit<SearchProps['packages'][number], 'name'>): string {
  const text = sanitizeLine(description);
  return deprecated === undefined ? text : `deprecated, use ${sanitizeLine(deprecated.replacement)}: ${text}`;
}
