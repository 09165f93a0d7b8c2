import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePackage } from './index-schema.ts';
import { createStarterIndex } from './starter-index.ts';

describe('the starter index', () => {
  const index = createStarterIndex(join(import.meta.dirname, '../..'));

  it('[M2] has the five packages, each with an exact version and real calls', async () => {
    const packages = await index.packages();
    expect(packages.map(({ name, source, tests }) => [name, source.version, tests.calls.length > 0])).toEqual([
      ['everything', '2026.8.31', true], ['fetch', '2026.10.24', true], ['filesystem', '2026.8.31', true], ['memory', '2026.8.31', true], ['postgres-mcp', '0.3.0', true],
    ]);
  });

  it('cleans text, and refuses what would become a path, an option of an image or a root user', async () => {
    const [sound] = await index.packages();
    expect(parsePackage({ ...sound, description: 'a\u001B[31mb\u202E' }).description).toBe('ab<U+202E>');
    const companion = { name: 'db', image: 'postgres:17', user: '0:0', memory: '1g', ready: ['true'] };
    for (const wrong of [{ name: '../x' }, { source: { type: 'shell', package: 'x' } }, { arguments: ['a\nb'] }, { statePaths: [{ path: '/a/../etc' }] }, { tests: { companion } }, { tests: { companion: { ...companion, user: '1:1', image: '--privileged' } } }]) {
      expect(() => parsePackage({ ...sound, ...wrong })).toThrow();
    }
  });
});
