import { describe, expect, it } from 'vitest';
import type { MarketplacePackage } from '../domain/package.ts';
import { barePackage } from './bare-package.ts';
import { searchPackages } from './search-packages.ts';

const offered = (name: string, title: string, description: string, keywords: string[]): MarketplacePackage => ({ ...barePackage({ type: 'npm', package: `@x/server-${name}` }), name, title, description, keywords });
const PACKAGES = [
  offered('postgres-mcp', 'PostgreSQL', 'Query and tune a database', ['database', 'sql']), offered('memory', 'Memory', 'A knowledge graph', ['notes']),
  offered('filesystem', 'Filesystem', 'Read and write files', ['files', 'folders']), offered('fetch', 'Fetch', 'Web pages as text; no database', ['http', 'web']),
];
const names = (query: string): string[] => searchPackages(query, PACKAGES).map(({ name }) => name);

describe('searchPackages', () => {
  it('ranks a keyword before a word of the description', () => expect(names('database')).toEqual(['postgres-mcp', 'fetch']));
  it('finds a name by its beginning and in spite of a typing error', () => {
    expect(names('postg')).toEqual(['postgres-mcp']);
    expect(names('filesytem')).toEqual(['filesystem']);
    expect(names('memroy')).toEqual(['memory']);
  });
  it('wants every word', () => expect(names('web memory')).toEqual([]));
  it('lists everything for nothing, and nothing for what is not there', () => {
    expect(names('')).toEqual(['fetch', 'filesystem', 'memory', 'postgres-mcp']);
    expect(names('kubernetes')).toEqual([]);
  });
});
