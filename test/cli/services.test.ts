import { cpSync, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCli } from '../support/installed-cli.ts';
import { eventually } from '../support/run-client.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/services');
const MODERN = '2026-07-28';
const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

const FIRST = {
  method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } } }),
} as const;

interface Entry {
  readonly type: string;
  readonly url: string;
  readonly headers: { readonly Authorization: string };
}

describe('[N3] a server that listens', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    cpSync(FIXTURE, join(user.folder, 'services'), { recursive: true });
  });
  afterAll(() => user[Symbol.asyncDispose]());

  const install = (name: string, ...args: string[]): ReturnType<UserHome['json']> => user.json(['install', './services', '--global', '--name', name, '--yes', ...args]);
  const entryOf = (name: string): Entry => (JSON.parse(readFileSync(join(user.home, '.claude.json'), 'utf8')) as { mcpServers: Record<string, Entry> }).mcpServers[name] as Entry;

  async function ours(...what: string[]): Promise<readonly string[]> {
    return (await docker(...what, '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).split('\n').filter((line) => line !== '');
  }
  const everything = async (): Promise<readonly string[]> => [...(await ours('ps', '--all', '--format', '{{.Names}}')), ...(await ours('network', 'ls', '--format', '{{.Name}}'))];
  const serverOf = async (name: string): Promise<string> => (await ours('ps', '--format', '{{.Names}}')).find((container) => container.startsWith(`cc-mcp-${name}-service-`) && !container.endsWith('-front')) ?? '';

  /** Status that the front gives to a first request. */
  function asked({ url, headers }: Entry, other: Record<string, string | undefined>): Promise<number | undefined> {
    const all = { ...FIRST.headers, authorization: headers.Authorization, ...other };
    return new Promise((resolve, reject) => {
      request(url, { method: 'POST', headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)) }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject).end(FIRST.body);
    });
  }

  async function overHttp({ url, headers }: Entry, mode: 'legacy' | { readonly pin: string }): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    return client;
  }

  async function overRun(name: string, client: Client): Promise<Client> {
    const { bin, node } = await installedCli();
    await client.connect(new StdioClientTransport({ command: node, args: [bin, 'run', name], cwd: user.folder, env: { HOME: user.home, PATH: process.env['PATH'] ?? '' }, stderr: 'pipe' }));
    return client;
  }

  /** Whether the server itself answers there: what stands between networks may take any connection. */
  async function answers(host: string): Promise<boolean> {
    return await fetch(`http://${host}:3000/mcp`, { ...FIRST, signal: AbortSignal.timeout(1500) }).then(async (answer) => (await answer.text()).includes('serverInfo'), () => false);
  }

  it('of SDK v2 is found on its port, and answers clients of both eras over its address and through run', async () => {
    const installed = await install('sdk', '--transport', 'http', '--enable', '--', 'sdk');
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { enabled: true, gate: { outcome: 'passed', proven: { era: 'dual', service: { transport: 'http', port: 3000, path: '/mcp' } } } } });
    const entry = entryOf('sdk');
    expect(entry).toEqual({ type: 'http', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/), headers: { Authorization: expect.stringMatching(/^Bearer cc-mcp-[0-9a-f]{48}$/) } });
    expect(installed.envelope.result.enabling).toMatchObject({ url: entry.url });
    for (const mode of ['legacy', { pin: MODERN }] as const) {
      const direct = await overHttp(entry, mode);
      expect(await callText(direct, 'echo', { text: 'grüß dich' })).toBe('grüß dich');
      await direct.close();
      const bridged = await overRun('sdk', new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } }));
      expect((await bridged.listTools()).tools.map(({ name }) => name)).toEqual(['echo', 'started']);
      expect(await callText(bridged, 'echo', { text: 'a\nb' })).toBe('a\nb');
      await bridged.close();
    }
    expect((await user.json(['status', 'sdk'])).envelope.result.servers).toMatchObject([{ state: 'ready', url: entry.url, permissions: { net: 'none' }, problems: [] }]);
  });

  it('is reached through its front alone, on this machine\'s loopback, and only with its Host, no foreign Origin, and the token', async () => {
    const entry = entryOf('sdk');
    const { port } = new URL(entry.url);
    expect(await asked(entry, {})).toBe(200);
    expect(await asked(entry, { origin: `http://localhost:${port}` })).toBe(200);
    expect(await asked(entry, { origin: 'http://evil.example' })).toBe(403);
    expect(await asked(entry, { origin: 'null' })).toBe(403);
    expect(await asked(entry, { host: `evil.example:${port}` })).toBe(403);
    expect(await asked(entry, { authorization: undefined })).toBe(401);
    expect(await asked(entry, { authorization: `${entry.headers.Authorization}0` })).toBe(401);
    const container = await serverOf('sdk');
    // It listens on 0.0.0.0 of a network that has neither a route nor this machine.
    const { NetworkSettings: { Networks: networks }, HostConfig: { PortBindings: bindings, RestartPolicy: policy } } = JSON.parse(await docker('inspect', '--format', '{{json .}}', container)) as {
      NetworkSettings: { Networks: Record<string, { IPAddress: string }> }; HostConfig: { PortBindings: Record<string, unknown> | null; RestartPolicy: { Name: string } };
    };
    expect([Object.keys(networks), bindings ?? {}, policy.Name]).toEqual([[container], {}, 'unless-stopped']);
    const address = networks[container]?.IPAddress ?? '';
    expect(await docker('network', 'inspect', '--format', '{{.Internal}} {{index .Options "com.docker.network.bridge.inhibit_ipv4"}}', container)).toBe('true true');
    expect(await answers(address)).toBe(false);
    expect(await docker('run', '--rm', '--label', 'org.cc-mcp.test=1', '--entrypoint', 'node', container === '' ? '' : await docker('inspect', '--format', '{{.Image}}', container), '-e',
      `fetch('http://${address}:3000/mcp', { ...${JSON.stringify(FIRST)}, signal: AbortSignal.timeout(1500) }).then(async (answer) => console.log((await answer.text()).includes('serverInfo')), () => console.log(false))`)).toBe('false');
    expect(await docker('inspect', '--format', '{{json .HostConfig.PortBindings}}', `${container}-front`)).toBe(`{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"${port}"}]}`);
    // Nobody but this user reads the token.
    expect((statSync(join(user.home, '.claude.json')).mode & 0o077)).toBe(0);
    expect(JSON.stringify(await readJson(join(user.ccMcpHome, 'mcp.json')))).not.toContain('Bearer');
    expect(await docker('inspect', container, `${container}-front`)).not.toContain(entry.headers.Authorization.slice('Bearer '.length));
  });

  it('[F25] keeps port and token over stop, start, restart and another settings; prune leaves it alone', async () => {
    const entry = entryOf('sdk');
    const client = await overHttp(entry, { pin: MODERN });
    const began = await callText(client, 'started', {});
    expect((await user.json(['prune', '--dry-run'])).envelope).toMatchObject({ ok: true, result: { removed: { containers: [], networks: [] } } });
    expect((await user.json(['restart', 'sdk'])).envelope).toMatchObject({ ok: true, result: { outcome: 'restarted', url: entry.url } });
    expect(await callText(client, 'started', {})).not.toBe(began);
    expect((await user.json(['stop', 'sdk'])).envelope).toMatchObject({ ok: true, result: { outcome: 'stopped' } });
    expect(await everything()).toEqual([]);
    expect((await user.json(['status', 'sdk'])).envelope.result.servers).toMatchObject([{ state: 'idle', problems: [expect.stringContaining('cc-mcp start sdk')] }]);
    const thief = createServer().listen(Number(new URL(entry.url).port), '127.0.0.1');
    await once(thief, 'listening');
    expect((await user.json(['start', 'sdk'])).envelope).toMatchObject({ ok: false, error: { code: 'CONFLICT', message: expect.stringContaining(`Port ${new URL(entry.url).port} of 127.0.0.1`) } });
    expect(await everything()).toEqual([]);
    await new Promise((resolve) => thief.close(resolve));
    expect((await user.json(['start', 'sdk'])).envelope).toMatchObject({ ok: true, result: { outcome: 'started', url: entry.url } });
    const changed = await install('sdk', '--memory', '300m', '--', 'sdk');
    expect(changed.envelope, changed.stderr).toMatchObject({ ok: true, result: { outcome: 'updated' } });
    expect(await docker('inspect', '--format', '{{.HostConfig.Memory}}', await serverOf('sdk'))).toBe(String(300 * 1024 ** 2));
    expect(await callText(client, 'echo', { text: 'still here' })).toBe('still here');
    await client.close();
    expect((await user.json(['enable', 'sdk'])).envelope.result).toMatchObject({ outcome: 'already-enabled', url: entry.url });
    expect(entryOf('sdk')).toEqual(entry);
  });

  it('with sessions passes questions and news of the server, one session for each client, and nothing of the front', async () => {
    const installed = await install('stateful', '--transport', 'http', '--cpus', '2', '--enable', '--env', `API_TOKEN=${SECRET}`, '--', 'stateful');
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { gate: { proven: { era: 'legacy', protocolVersion: '2025-11-25' } } } });
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { roots: {} } });
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///somewhere' }] }));
    const news = Promise.withResolvers<void>();
    client.setNotificationHandler('notifications/tools/list_changed', () => news.resolve());
    await overRun('stateful', client);
    const other = await user.connect('stateful');
    expect([await callText(client, 'count', {}), await callText(client, 'count', {}), await callText(other, 'count', {})]).toEqual(['1', '2', '1']);
    expect(JSON.parse(await callText(client, 'ask', {}))).toEqual({ roots: [{ uri: 'file:///somewhere' }] });
    await eventually('its stream is open', async () => (await callText(client, 'notify', {})) === 'told' && (await Promise.race([news.promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 500))])) === true);
    const headers = JSON.parse(await callText(client, 'headers', {})) as Record<string, string>;
    expect([headers['authorization'], headers['origin'], headers['host']]).toEqual([undefined, undefined, 'localhost:3000']);
    expect(await callText(client, 'out', {})).not.toBe('reached');
    expect((await user.json(['status', 'stateful'])).envelope.result.servers).toMatchObject([{ sessions: 2, standbys: 0 }]);
    await Promise.all([client.close(), other.close()]);
  });

  it('that dies is back within 3 s on the same port, and calls in flight are answered with the reason, through run and over its address', async () => {
    const entry = entryOf('stateful');
    const client = await user.connect('stateful');
    const waits = client.callTool({ name: 'slow', arguments: {} }).catch((error: unknown) => String(error));
    expect(await callText(client, 'count', {})).toBe('1');
    const dies = client.callTool({ name: 'die', arguments: {} }).catch((error: unknown) => String(error));
    for (const answer of [await dies, await waits]) {
      expect(answer).toContain('stateful exited with code 3');
      expect(answer).toContain('last words with');
      expect(answer).not.toContain(SECRET);
    }
    const died = performance.now();
    // Another session of the same client: what the first one knew died with the server.
    expect(await callText(client, 'count', {})).toBe('1');
    expect(performance.now() - died).toBeLessThan(3000);
    expect(await asked(entry, {})).toBe(200);
    await client.close();
    const direct = await overHttp(entry, 'legacy');
    await expect(direct.callTool({ name: 'die', arguments: {} })).rejects.toThrow(/stateful ended (?:before|while) it answered/);
    await eventually('a new client is answered', async () => (await asked(entry, {})) === 200);
    await direct.close();
    const { envelope } = await user.json(['logs', 'stateful', '--tail', '50']);
    const texts = (envelope.result.lines as { text: string }[]).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('last words with'))).toHaveLength(2);
    expect(JSON.stringify(envelope)).not.toContain(SECRET);
  });

  it('[F22] that dies again and again is given up, with its last words, until somebody starts it', async () => {
    const installed = await install('crashing', '--transport', 'http', '--enable', '--env', `API_TOKEN=${SECRET}`, '--', 'stateful');
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { enabled: true } });
    const entry = entryOf('crashing');
    const container = await serverOf('crashing');
    const client = await user.connect('crashing');
    const answers: string[] = [];
    for (let deaths = 0; deaths < 5; deaths += 1) answers.push(await client.callTool({ name: 'die', arguments: {} }).then(String, String));
    expect(answers.map((answer) => answer.includes('It is started again by itself')), answers.join('\n')).toEqual([true, true, true, true, false]);
    expect(answers.at(-1)).toMatch(/crashing exited with code 3.*last words with .*It is not started any more. Type: cc-mcp start crashing/);
    expect(await docker('inspect', '--format', '{{.State.Status}}', container)).toBe('exited');
    await expect(client.callTool({ name: 'count', arguments: {} })).rejects.toThrow(/crashing exited with code 3.*It is not started any more/);
    await client.close();
    const given = (await user.json(['status', 'crashing'])).envelope.result.servers;
    expect(given).toMatchObject([{ state: 'failed', problems: [expect.stringMatching(/exit code 3; last words: last words with .*cc-mcp logs crashing, then cc-mcp start crashing/)] }]);
    expect(JSON.stringify([answers, given])).not.toContain(SECRET);
    expect((await user.json(['start', 'crashing'])).envelope).toMatchObject({ ok: true, result: { outcome: 'started', url: entry.url } });
    expect((await user.json(['status', 'crashing'])).envelope.result.servers).toMatchObject([{ state: 'ready', problems: [] }]);
    // Without a run: the next command sees it.
    for (let deaths = 0; deaths < 5; deaths += 1) {
      await eventually('it is there again', async () => (await asked(entry, {})) === 200);
      const direct = await overHttp(entry, 'legacy');
      await expect(direct.callTool({ name: 'die', arguments: {} })).rejects.toThrow('crashing ended');
      await direct.close();
    }
    expect((await user.cc(['config'])).code).toBe(0);
    expect(await docker('inspect', '--format', '{{.State.Status}}', container)).toBe('exited');
    expect((await user.json(['doctor'])).envelope.result.checks).toContainEqual(expect.objectContaining({ name: 'crashing', outcome: 'problem' }));
    expect((await user.json(['stop', 'crashing'])).envelope).toMatchObject({ ok: true, result: { outcome: 'stopped' } });
    expect((await user.json(['status', 'crashing'])).envelope.result.servers).toMatchObject([{ state: 'idle' }]);
    expect((await user.cc(['uninstall', 'crashing', '--yes'])).code).toBe(0);
  });

  it('whose container is gone is started by the next client of run; of one that is not enabled nothing stays behind it', async () => {
    await docker('rm', '--force', await serverOf('stateful'));
    expect((await user.json(['status', 'stateful'])).envelope.result.servers).toMatchObject([{ state: 'idle', problems: [expect.stringContaining('cc-mcp start stateful')] }]);
    const first = await user.connect('stateful');
    expect(await callText(first, 'count', {})).toBe('1');
    await first.close();
    for (const name of ['stateful', 'sdk']) expect((await user.cc(['disable', name])).code).toBe(0);
    expect(Object.keys((await readJson(join(user.home, '.claude.json')).catch(() => ({ mcpServers: {} })))['mcpServers'] ?? {})).toEqual([]);
    await eventually('nothing is left', async () => (await everything()).length === 0);
    const [one, two] = [await user.connect('stateful'), await user.connect('stateful')];
    expect([await callText(one, 'count', {}), await callText(two, 'count', {})]).toEqual(['1', '1']);
    await one.close();
    expect(await callText(two, 'count', {})).toBe('2');
    await two.close();
    await eventually('nothing is left', async () => (await everything()).length === 0);
  });

  it('of 2024, with SSE, is bridged by run, which is what clients get', async () => {
    const installed = await install('old', '--transport', 'sse', '--enable', '--', 'sse');
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { gate: { proven: { service: { transport: 'sse', port: 3000, path: '/sse' } } } } });
    expect(entryOf('old')).toMatchObject({ type: 'stdio', args: ['run', 'old', '--manifest', join(user.ccMcpHome, 'mcp.json')] });
    const client = await user.connect('old');
    expect(await callText(client, 'echo', { text: 'hello' })).toBe('hello');
    await expect(client.callTool({ name: 'die', arguments: {} })).rejects.toThrow('old exited with code 3');
    expect(await callText(client, 'echo', { text: 'again' })).toBe('again');
    await client.close();
  });

  it.each([
    ['that ends before it listens', ['--transport', 'http', '--', 'nothing'], 'nothing.mjs is missing', ''],
    ['that listens where nobody reaches it', ['--transport', 'http', '--', 'sdk', '127.0.0.1'], 'listens on 127.0.0.1:3000 inside its container', '0.0.0.0'],
    ['that listens on another port', ['--transport', 'http', '--port', '3001', '--', 'sdk'], 'does not listen on port 3001, but on 3000', '--port 3000'],
    ['that answers at none of the usual paths', ['--transport', 'sse', '--', 'stateful'], 'answers at none of /sse', '--path'],
  ])('%s does not pass the gate, which says what to type', async (_, args, reason, suggestion) => {
    const { code, envelope } = await install('wrong', ...args);
    expect([code, envelope.error.code]).toEqual([8, 'GATE_FAILED']);
    expect(envelope.error.message).toContain(reason);
    expect(envelope.error.suggestions.join(' ')).toContain(suggestion);
  });

  it('leaves nothing when it is uninstalled', async () => {
    for (const name of ['sdk', 'stateful', 'old']) expect((await user.cc(['uninstall', name, '--yes'])).code).toBe(0);
    expect(await everything()).toEqual([]);
  });
});
