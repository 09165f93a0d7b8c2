import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { callText, docker, homeIdOf, userHome } from '../support/user-home.ts';

const SERVER = 'github.com/modelcontextprotocol/go-sdk/examples/server/memory';
/** A compiler on a busy machine. */
const PATIENT = 900_000;

it('[N1] a program of a Go module is installed, answers through run, is locked with hashes, and goes without a trace', async () => {
  await using user = await userHome();
  const planned = await user.json(['install', `go:${SERVER}@1.8.0`, '--dry-run']);
  expect(planned.envelope, planned.stderr).toMatchObject({ ok: true });
  expect(planned.envelope.result.plan.server).toBe('memory');
  expect(JSON.stringify(planned.envelope.result)).toContain(`go:${SERVER}@v1.8.0`);

  const { envelope, stderr } = await user.json(['install', `go:${SERVER}@1.8.0`, '--name', 'gopher', '--yes']);
  expect(envelope, stderr).toMatchObject({ ok: true, result: { server: 'gopher', version: 'v1.8.0' } });
  const { recipe, image } = envelope.result as { recipe: string; image: string };
  const lock = JSON.parse(readFileSync(join(user.ccMcpHome, 'mcp.lock.json'), 'utf8'));
  expect(lock.servers.gopher).toMatchObject({ source: { type: 'go', package: SERVER, version: 'v1.8.0', bin: 'memory' }, dependencies: { file: 'gopher.go.sum' }, template: { name: 'go', version: '1' }, recipe });
  expect(readFileSync(join(user.ccMcpHome, 'mcp.lock.d/gopher.go.sum'), 'utf8')).toMatch(/^github\.com\/modelcontextprotocol\/go-sdk v1\.8\.0 h1:/m);
  // A static program, and nothing of the base that it was built on.
  expect(Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))).toBeLessThan(40_000_000);

  const client = await user.connect('gopher');
  await client.callTool({ name: 'create_entities', arguments: { entities: [{ name: 'gopher', entityType: 'animal', observations: ['digs'] }] } });
  expect(await callText(client, 'read_graph', {})).toContain('Graph read successfully');
  await client.close();

  // The lock alone gives the same again.
  const again = await user.json(['install', '--frozen', '--yes']);
  expect(again.envelope.result.servers, again.stderr).toMatchObject([{ server: 'gopher', outcome: 'up-to-date' }]);

  // Another version in the manifest is another lock.
  const path = join(user.ccMcpHome, 'mcp.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"version": "v1.8.0"', '"version": "v1.7.0"'));
  const older = await user.json(['install', '--global', '--yes']);
  expect(older.envelope.result.servers, older.stderr).toMatchObject([{ server: 'gopher', outcome: 'installed', version: 'v1.7.0' }]);
  expect(readFileSync(join(user.ccMcpHome, 'mcp.lock.d/gopher.go.sum'), 'utf8')).toMatch(/^github\.com\/modelcontextprotocol\/go-sdk v1\.7\.0 h1:/m);

  const home = await homeIdOf(user);
  expect((await user.cc(['uninstall', 'gopher', '--yes'])).code).toBe(0);
  expect(await docker('images', '--quiet', '--filter', `reference=cc-mcp/used-by:${home.slice(0, 8)}-*`)).toBe('');
  expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${home}`)).toBe('');
  expect(existsSync(join(user.ccMcpHome, 'mcp.lock.d/gopher.go.sum'))).toBe(false);
}, PATIENT);
