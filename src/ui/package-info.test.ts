import { expect, test } from 'vitest';
import type { MarketplacePackage } from '../domain/package.ts';
import { packageInfoView } from './package-info.ts';
import { searchResultsView } from './search-results.ts';

const PLAIN = { columns: 80, color: false };
const OFFER: MarketplacePackage = {
  name: 'postgres-mcp', version: '0.3.0', title: 'PostgreSQL', description: 'Query and tune', author: 'Crystal DBA', license: 'MIT', keywords: ['sql'], notes: [],
  source: { type: 'pypi', package: 'postgres-mcp', version: '0.3.0', overrides: ['mcp<2'] }, arguments: [],
  permissions: { net: 'none', read: [], write: [], env: [], scripts: false }, pathsAsArguments: false,
  configuration: [{ name: 'DATABASE_URI', description: 'where the database is', required: true, secret: true, example: 'postgresql://db/x' }],
  statePaths: [], standby: 'safe',
  tests: { calls: [{ title: 'Query test', tool: 'execute_sql', arguments: {}, expect: {} }], timeout: 30 },
};

test('one package: what it is, where it comes from, what it asks, what proves it', () => {
  expect(packageInfoView(OFFER, PLAIN)).toBe(`postgres-mcp 0.3.0
  About    PostgreSQL
           Query and tune
  Author   Crystal DBA
  Licence  MIT
  Source   pypi:postgres-mcp 0.3.0
           with mcp<2
  Network  none
  Needs    DATABASE_URI (required, secret): where the database is, for example
           postgresql://db/x
  Tests    Query test
Run 'cc-mcp install postgres-mcp --test' to install it`);
});

test('search lists names and what they are, a line each', () => {
  const packages = [{ name: 'postgres-mcp', description: 'PostgreSQL integration' }, { name: 'memory', description: 'A knowledge graph that remembers what was said' }];
  expect(searchResultsView({ query: 'x', packages }, PLAIN)).toBe('postgres-mcp  - PostgreSQL integration\nmemory        - A knowledge graph that remembers what was said');
  expect(searchResultsView({ query: 'x', packages }, { columns: 30, color: false })).toBe('postgres-mcp  - PostgreSQL in…\nmemory        - A knowledge g…');
});

test('a deprecated package is shown with what replaces it', () => {
  const deprecated = { reason: 'nobody maintains it', replacement: 'dbhub' };
  expect(packageInfoView({ ...OFFER, deprecated }, PLAIN)).toContain('  Deprecated  nobody maintains it\n              use dbhub instead\n');
  expect(searchResultsView({ query: 'x', packages: [{ name: 'sqlite', description: 'Query files', deprecated }] }, PLAIN)).toBe('sqlite  - deprecated, use dbhub: Query files');
});

test('nothing found says how anything else installs', () => {
  expect(searchResultsView({ query: 'zzz', packages: [] }, PLAIN)).toMatch(/^No package matches "zzz"\nAny npm or PyPI package installs by reference/);
});
