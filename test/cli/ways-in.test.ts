import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitAll, writeFiles } from '../support/own-servers.ts';
import type { UserHome } from '../support/user-home.ts';
import { userHome } from '../support/user-home.ts';

describe('[N9] the manifest of a cloned project', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    mkdirSync(join(user.folder, '.git'));
    writeFiles(user.home, { 'outside/package.json': '{"main":"index.js"}', 'outside/index.js': '', 'outside/secret.env': 'TOKEN=canary-9\n', '.ssh/package.json': '{"main":"index.js"}' });
    commitAll(join(user.home, 'outside'));
    writeFiles(user.folder, { 'inside/package.json': '{}' });
    commitAll(join(user.folder, 'inside'));
  });
  afterAll(() => user[Symbol.asyncDispose]());

  async function manifest(server: object): Promise<void> {
    writeFileSync(join(user.folder, 'mcp.json'), JSON.stringify({ mcpServers: { it: server } }));
  }

  it.each([
    ['a folder outside', { type: 'local', path: '../outside' }, 'lies outside'],
    ['a folder that holds keys', { type: 'local', path: '../.ssh' }, 'cannot be a server\'s source'],
    ['a repository outside', { type: 'git', repository: 'file://{home}/outside' }, 'lies outside'],
    ['a folder of a repository that leads out of it', { type: 'git', repository: 'file://{home}/project/inside', path: '../x' }, 'is not a folder in a repository'],
    ['a Dockerfile outside', { type: 'local', path: '.', dockerfile: { path: '../Dockerfile' } }, 'expected the path of a file inside the folder'],
  ])('that names %s installs nothing', async (_, source, message) => {
    await manifest({ mode: 'docker', source: JSON.parse(JSON.stringify(source).replace('{home}', user.home)) as object });
    const { code, envelope, stderr } = await user.json(['install', '--yes', '--allow-scripts']);
    const said = JSON.stringify(envelope.error ?? envelope.result);
    expect([code === 0, said], stderr).toEqual([false, expect.stringContaining(message)]);
    expect(existsSync(join(user.folder, 'mcp.lock.json'))).toBe(false);
  });

  it('that mounts a folder outside installs nothing', async () => {
    await manifest({ mode: 'docker', docker: { volumes: { '../outside': '/x' } }, source: { type: 'npm', package: '@modelcontextprotocol/server-memory' } });
    const { code, envelope } = await user.json(['install', '--yes']);
    expect([code, JSON.stringify(envelope)]).toEqual([5, expect.stringContaining('outside')]);
  });

  it('whose entry is external: nothing of it is started or written for a client, its --env-file is not read, and a folder that it names needs an answer of its own', async () => {
    const marker = join(user.home, 'started');
    await manifest({ command: 'touch', args: [marker] });
    const run = await user.cc(['run', 'it'], { input: `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })}\n` });
    expect([run.code === 0, existsSync(marker)]).toEqual([false, false]);
    const enabled = await user.json(['enable', 'it', '--yes']);
    expect([enabled.code === 0, existsSync(marker), existsSync(join(user.home, '.claude.json')) && readFileSync(join(user.home, '.claude.json'), 'utf8').includes('touch')]).toEqual([false, false, false]);

    await manifest({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'], envFile: '../outside/secret.env' });
    const named = await user.json(['enable', 'it', '--mode', 'docker', '--yes']);
    expect(named.envelope.error).toMatchObject({ code: 'VALUE_MISSING', message: 'Variables of it stand in ../outside/secret.env' });
    await manifest({ command: 'docker', args: ['run', '--env-file', '../outside/secret.env', '-v', `${user.home}/outside:/x`, 'a'] });
    expect((await user.json(['enable', 'it', '--mode', 'docker', '--yes'])).envelope.error).toMatchObject({ code: 'VALUE_MISSING' });
    await manifest({ command: 'docker', args: ['run', '-v', `${user.home}/outside:/x`, 'a'] });
    expect((await user.json(['enable', 'it', '--mode', 'docker', '--yes'])).envelope.error).toMatchObject({ code: 'CONSENT_NEEDED', suggestions: [expect.stringContaining(`--volume ${user.home}/outside:/x`)] });
    await manifest({ command: 'npx', args: ['-y', '/root'] });
    expect((await user.json(['enable', 'it', '--mode', 'docker', '--yes'])).envelope.error).toMatchObject({ code: 'REFUSED' });
    expect(readFileSync(join(user.ccMcpHome, 'config.json'), 'utf8')).not.toContain('canary-9');
  });
});
