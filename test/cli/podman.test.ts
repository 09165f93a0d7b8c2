import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../src/domain/container-engine.ts';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { PODMAN } from '../support/engine.ts';
import { eventually } from '../support/run-client.ts';
import { callText, homeIdOf, readJson, type UserHome, userHome } from '../support/user-home.ts';

describe('[N4] the main job on Podman', () => {
  const podman = new DockerMCPManager(PODMAN.address, { platform: 'linux' });
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    const config = join(user.ccMcpHome, 'config.json');
    const { path } = PODMAN.address as { path: string };
    writeFileSync(config, JSON.stringify({ ...(await readJson(config)), engine: `unix://${path}` }), { mode: 0o600 });
    mkdirSync(join(user.folder, 'docs'));
    writeFileSync(join(user.folder, 'docs/hello.txt'), 'bonjour');
  });
  afterAll(() => user[Symbol.asyncDispose]());

  /** Ids of a server's containers. */
  const containers = async (server: string): Promise<readonly string[]> =>
    (await podman.list({ [LABEL.home]: await homeIdOf(user), [LABEL.server]: server })).map(({ id }) => id);

  it.each([
    { name: 'memory', reference: 'memory', flags: [], tool: 'read_graph', args: () => ({}), answer: /entities/, stderr: undefined },
    { name: 'filesystem', reference: 'filesystem', flags: ['--allow-read=./docs'], tool: 'read_text_file', args: () => ({ path: join(user.folder, 'docs/hello.txt') }), answer: /bonjour/, stderr: /MCP Roots/ },
    { name: 'mcp-server-time', reference: 'pypi:mcp-server-time', flags: [], tool: 'get_current_time', args: () => ({ timezone: 'UTC' }), answer: /"timezone": "UTC"/, stderr: undefined },
  ])('$reference installs, passes the gate, and answers a call from its standby', async ({ name, reference, flags, tool, args, answer, stderr }) => {
    const installed = await user.json(['install', reference, '--test', '--enable', '--yes', ...flags]);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', enabled: true, gate: { outcome: expect.stringMatching(/passed|warned/) } } });
    const standby = await containers(name);
    expect(standby).toHaveLength(1);

    const client = await user.connect(name);
    expect(await callText(client, tool, args())).toMatch(answer);
    const { result } = (await user.json(['status', name])).envelope;
    expect(result).toMatchObject({ engine: { reachable: true, name: expect.stringContaining('podman') }, servers: [{ name, state: expect.stringMatching(/ready|idle/), sessions: 1, problems: [] }] });
    expect(await containers(name)).toContain(standby[0]);
    // What the server has written to stderr meanwhile must not have ended its input.
    expect(await callText(client, tool, args())).toMatch(answer);
    await client.close();
    await eventually('the session is gone', async () => !(await containers(name)).includes(standby[0] ?? ''));
    if (stderr !== undefined) expect((await user.cc(['logs', name])).stdout).toMatch(stderr);
  });

  it('doctor says which engine it is, and what it does otherwise', async () => {
    const { result } = (await user.json(['doctor'])).envelope;
    expect(result.checks).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'engine', outcome: 'ok', text: expect.stringContaining('podman') }), expect.objectContaining({ name: 'standbys', outcome: 'ok' })]));
  });

  it('uninstall leaves nothing of them at the engine', async () => {
    const home = await homeIdOf(user);
    const { envelope, stderr } = await user.json(['uninstall', '--all', '--purge', '--yes']);
    expect(envelope, stderr).toMatchObject({ ok: true });
    const labels = { [LABEL.home]: home };
    expect([await podman.list(labels), await podman.listVolumes(labels), await podman.listNetworks(labels)]).toEqual([[], [], []]);
    const left = (await podman.listImages({ [LABEL.recipe]: '' })).flatMap(({ tags }) => tags);
    expect(left.filter((tag) => tag.startsWith(`cc-mcp/used-by:${home.slice(0, 8)}-`))).toEqual([]);
    expect(readFileSync(join(user.ccMcpHome, 'config.json'), 'utf8')).toContain('podman.sock');
  });
});
