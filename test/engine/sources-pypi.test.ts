import { expect, test } from 'vitest';
import { pypiRig } from './sources-rig.ts';

const REPAIRED = { package: 'postgres-mcp', range: '0.3.0', overrides: ['pglast==7.22', 'mcp<2'] } as const;

test('postgres-mcp with its two overrides is built from PyPI and answers initialize', async () => {
  const rig = await pypiRig();
  const { resolved, locked, imageId, entrypoint } = await rig.install(REPAIRED);
  expect(resolved).toMatchObject({ type: 'pypi', package: 'postgres-mcp', version: '0.3.0', publishedAt: '2025-05-16T14:46:36.000Z' });
  expect(locked.executables).toEqual([{ name: 'postgres-mcp', target: 'postgres-mcp' }]);
  expect(locked.lock.content).toContain('pglast==7.22 \\\n    --hash=sha256:');
  expect(entrypoint).toEqual(['/opt/cc-mcp/venv/bin/postgres-mcp']);
  const client = await rig.connect(imageId, entrypoint, { environment: { DATABASE_URI: 'postgresql://nobody@nowhere/x' } });
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('execute_sql');
});
