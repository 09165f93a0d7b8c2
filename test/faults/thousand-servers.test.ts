import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { DockerServer } from '../../src/domain/manifest.ts';
import { NO_PERMISSIONS } from '../../src/domain/manifest.ts';
import { emptyHome, NO_ENGINE } from '../support/empty-home.ts';
import { installedCli } from '../support/installed-cli.ts';
import { storesIn } from './files-fixture.ts';

const run = promisify(execFile);
const SERVER: DockerServer = {
  mode: 'docker', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false,
  source: { type: 'npm', package: 'a', overrides: [] },
};

test('[F42] a thousand servers are listed, and one more is written, with 40 open files', async () => {
  await using user = await emptyHome();
  const path = join(user.home, 'mcp.json');
  const entries = Array.from({ length: 1000 }, (_, index) => [`server-${index}`, index % 2 === 0 ? { command: 'npx', args: ['-y', 'x'] } : { mode: 'docker', source: { type: 'npm', package: `x${index}` } }]);
  writeFileSync(path, JSON.stringify({ mcpServers: Object.fromEntries(entries) }, null, 2), { mode: 0o600 });
  const before = readFileSync(path, 'utf8');
  const stores = storesIn(user.home);
  const location = await stores.manifests.locate({ path, workingFolder: user.home, environment: {}, forRun: false });
  await stores.manifests.writeServer(location, 'one-more', SERVER);
  expect(readFileSync(path, 'utf8').startsWith(before.slice(0, before.lastIndexOf('}', before.length - 4)))).toBe(true);

  const { bin, node } = await installedCli();
  const { stdout, stderr } = await run('bash', ['-c', 'ulimit -n 40; exec "$@"', 'bash', node, bin, 'status', '--json', '--manifest', path], { maxBuffer: 1 << 26, env: { HOME: user.home, PATH: process.env['PATH'], ...NO_ENGINE } });
  const { result } = JSON.parse(stdout) as { result: { servers: { name: string }[] } };
  expect([stderr, result.servers.length, result.servers.at(-1)?.name]).toEqual([stderr, 1001, 'one-more']);
});
