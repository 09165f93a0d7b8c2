import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import type { Client } from '@modelcontextprotocol/client';
import type { LocalDatabase } from '../support/database.ts';
import { startLocalDatabase } from '../support/database.ts';
import { eventually } from '../support/run-client.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';

const PACKAGE = 'npm:@modelcontextprotocol/server-postgres@0.6.2';
const NAME = 'server-postgres';
const SQL = { sql: 'select 41+1 as answer' };
/** It is built from npm on a machine that does other things as well. */
const LONG = 600_000;

describe('[N14] a database that listens on 127.0.0.1 of this machine alone', () => {
  let user: UserHome;
  let database: LocalDatabase;
  let grant: string;
  beforeAll(async () => {
    [user, database] = [await userHome(), await startLocalDatabase()];
    grant = `localhost:${database.port}`;
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  async function ours(...what: string[]): Promise<readonly string[]> {
    const lines = await docker(...what, '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`);
    return lines.split('\n').filter((line) => line !== '');
  }
  const containers = (): Promise<readonly string[]> => ours('ps', '--all', '--format', '{{.Names}}');
  const networks = (): Promise<readonly string[]> => ours('network', 'ls', '--format', '{{.Name}}');
  const sockets = async (): Promise<readonly string[]> => (await ours('volume', 'ls', '--format', '{{.Name}}')).filter((name) => name.includes('-localhost-'));
  const everything = async (): Promise<readonly string[]> => (await Promise.all([containers(), networks(), sockets()])).flat();

  async function query(client: Client): Promise<string> {
    return await callText(client, 'query', SQL);
  }

  it('is reached by a server that was granted that port, at the gate and live, with its values as the user wrote them', async () => {
    const { code, envelope, stderr } = await user.json(['install', PACKAGE, `--allow-net=${grant}`, '--env', `DATABASE_URI=${database.uri}`, '--env', `PGADDRESS=tcp://${grant}/`,
      '--enable', '--yes', '--', database.uri]);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(envelope.result.plan.permissions.net).toContain(grant);
    const { mcpServers } = (await readJson(join(user.ccMcpHome, 'mcp.json'))) as { mcpServers: Record<string, unknown> };
    expect(mcpServers[NAME]).toMatchObject({ permissions: { net: [grant] }, docker: { args: [database.uri], environment: { DATABASE_URI: '${secret:DATABASE_URI}', PGADDRESS: `tcp://${grant}/` } } });
    expect((await user.json(['status'])).envelope.result.servers).toMatchObject([{ name: NAME, state: 'ready', permissions: { net: grant } }]);
    const standby = (await containers()).find((name) => !name.includes('-localhost-')) ?? '';
    const through = database.uri.replace('localhost', 'gateway.cc-mcp.internal');
    expect((await docker('inspect', '--format', '{{json .Config.Env}}', standby))).toContain(JSON.stringify(`DATABASE_URI=${through}`));
    expect(await query(await user.connect(NAME))).toContain('42');
  }, LONG);

  it('is reached by one way for all standbys and sessions, which prune leaves alone', async () => {
    const clients = [await user.connect(NAME), await user.connect(NAME)];
    for (const client of clients) expect(await query(client)).toContain('42');
    expect((await user.json(['prune', '--dry-run'])).envelope).toMatchObject({ ok: true, result: { removed: { containers: [], networks: [] } } });
    expect((await containers()).filter((name) => /-(?:gateway|forwarder)$/.test(name))).toHaveLength(2);
    expect([await networks(), await sockets()]).toEqual([[expect.any(String)], [expect.any(String)]]);
    for (const client of clients) {
      expect(await query(client)).toContain('42');
      await client.close();
    }
  }, LONG);

  it('leaves nothing of the way there when it is stopped; the next client makes it anew', async () => {
    expect((await user.cc(['stop', NAME])).code).toBe(0);
    await eventually('nothing is left', async () => (await everything()).length === 0);
    const client = await user.connect(NAME);
    expect(await query(client)).toContain('42');
    await client.close();
    expect((await user.cc(['disable', NAME])).code).toBe(0);
    await eventually('nothing is left', async () => (await user.cc(['config'])).code === 0 && (await everything()).length === 0);
  }, LONG);

  it('a port that answers nothing does not pass the gate, and one that was written into mcp.json needs approval', async () => {
    const other = await user.json(['install', PACKAGE, '--allow-net=localhost:1', '--yes']);
    expect([other.code, other.envelope.error.code]).toEqual([8, 'GATE_FAILED']);
    expect(await everything()).toEqual([]);
    const path = join(user.ccMcpHome, 'mcp.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(`"net": [`, '"net": [\n          "localhost:1",'), { mode: 0o600 });
    const [status] = (await user.json(['status', NAME])).envelope.result.servers;
    expect(status).toMatchObject({ state: 'not-approved', permissions: { net: `localhost:1, ${grant}` } });
    expect(status.problems[0]).toContain(`network: ${grant} → localhost:1, ${grant}`);
  }, LONG);

  it('leaves nothing when it is uninstalled', async () => {
    expect((await user.cc(['approve', NAME, '--yes'])).code).toBe(0);
    expect(await query(await user.connect(NAME))).toContain('42');
    const { code, stderr } = await user.cc(['uninstall', NAME, '--yes']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(await everything()).toEqual([]);
  }, LONG);
});
