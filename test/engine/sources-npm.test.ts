import { expect, test } from 'vitest';
import { npmRig } from './sources-rig.ts';

const FILESYSTEM = '@modelcontextprotocol/server-filesystem';

test('server-filesystem is built from npm and answers initialize', async () => {
  const rig = await npmRig();
  const { resolved, locked, imageId, entrypoint } = await rig.install({ package: FILESYSTEM });
  expect(resolved).toMatchObject({ type: 'npm', package: FILESYSTEM, executables: [{ name: 'mcp-server-filesystem', target: 'dist/index.js' }], hasInstallScripts: false });
  expect(locked.packages).toBeGreaterThan(20);
  expect(entrypoint).toEqual(['/opt/cc-mcp/bin/node', `/opt/cc-mcp/node_modules/${FILESYSTEM}/dist/index.js`]);
  const client = await rig.connect(imageId, entrypoint, { arguments: ['/tmp'] });
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('read_text_file');
});
