import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageRegistry } from '../support/image-registry.ts';
import type { ImageRegistry } from '../support/image-registry.ts';
import { callText, docker, homeIdOf, testImages, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const SERVER = `
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { serve, text } from './protocol.mjs';
const filled = (path) => { try { writeFileSync(path, Buffer.alloc(80_000_000)); return 'filled'; } catch (error) { return error.code; } };
const written = (path) => { try { writeFileSync(path, 'x'); return true; } catch { return false; } };
serve({ 'tools/call': () => text(JSON.stringify({
  uid: process.getuid(), folder: process.cwd(), arguments: process.argv.slice(2), setting: process.env.SETTING, home: process.env.HOME,
  data: written('/data/x'), filled: filled('/data/big'), root: written('/x'), size: execFileSync('df', ['--output=size', '/data']).toString().split('\\n')[1].trim(),
})) });
`;
const GOOD = 'WORKDIR /app\nCOPY *.mjs ./\nENV SETTING=of-the-image\nVOLUME /data\nHEALTHCHECK --interval=1s CMD touch /health\nUSER 0\nENTRYPOINT ["node", "server.mjs"]\nCMD ["--from-cmd"]\n';

let registry: ImageRegistry;
let pushConfiguration: string;

beforeAll(async () => {
  registry = await imageRegistry({ locked: true });
  pushConfiguration = mkdtempSync(join(tmpdir(), 'cc-mcp-push-'));
  login(pushConfiguration);
  await push('who:1', GOOD);
  await push('who:2', `${GOOD}ENV SETTING=of-the-second\n`);
  await push('labelled:1', `${GOOD}LABEL io.cc-mcp.recipe=forged\n`);
  await push('trigger:1', `${GOOD}ONBUILD RUN touch /was-here\n`);
  await push('empty:1', 'ENTRYPOINT []\nCMD []\n');
});
afterAll(async () => {
  rmSync(pushConfiguration, { recursive: true, force: true });
  await registry[Symbol.asyncDispose]();
});

function login(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const auth = Buffer.from(`${registry.user}:${registry.password}`).toString('base64');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
}

/** Builds an image on the base of the tests, gives it to the registry, and takes its names away again. */
async function push(name: string, dockerfile: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-image-'));
  const tag = `${registry.host}/team/${name}`;
  try {
    const { images } = (await testImages()) as { readonly images: { readonly bases?: Readonly<Record<string, string>> } };
    cpSync(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), join(folder, 'protocol.mjs'));
    writeFileSync(join(folder, 'server.mjs'), SERVER);
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${images.bases?.['node'] ?? 'node:24-slim'}\nLABEL org.cc-mcp.test=1\n${dockerfile}`);
    await docker('build', '--quiet', '--tag', tag, folder);
    await docker('--config', pushConfiguration, 'push', '--quiet', tag);
    await docker('image', 'rm', tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One who reaches `registry.test` by a mirror, and may have logged in there. */
async function mirrored({ loggedIn }: { readonly loggedIn: boolean }): Promise<UserHome> {
  const user = await userHome();
  const path = join(user.ccMcpHome, 'config.json');
  const configuration = JSON.parse(readFileSync(path, 'utf8')) as { images: { rewrite?: Record<string, string> } };
  configuration.images.rewrite = { ...configuration.images.rewrite, 'registry.test': registry.host };
  writeFileSync(path, JSON.stringify(configuration));
  if (loggedIn) login(join(user.home, '.docker'));
  return user;
}

describe('images of a registry', () => {
  it('[N1] [N9] one is pulled by its digest with the user\'s password, runs under our profile, and goes without a trace', async () => {
    await using user = await mirrored({ loggedIn: true });
    const { envelope, stderr } = await user.json(['install', 'docker:registry.test/team/who:1', '--yes']);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { server: 'who', version: expect.stringMatching(/^1@sha256:[0-9a-f]{64}$/), built: true } });
    const { image, recipe } = envelope.result as { image: string; recipe: string };
    const { servers } = JSON.parse(readFileSync(join(user.ccMcpHome, 'mcp.lock.json'), 'utf8'));
    const digest = String(envelope.result.version).slice(2);
    expect(servers.who).toMatchObject({
      source: { type: 'docker', package: 'registry.test/team/who', version: `1@${digest}` }, base: { image: `registry.test/team/who@${digest}`, digest }, entrypoint: ['node', 'server.mjs'],
      image: { command: ['--from-cmd'], workingDirectory: '/app', volumes: ['/data'] }, recipe,
    });
    const kept = [readFileSync(join(user.ccMcpHome, 'mcp.lock.json'), 'utf8'), readFileSync(join(user.ccMcpHome, 'mcp.json'), 'utf8'), await docker('image', 'inspect', image), await docker('history', '--no-trunc', image), stderr].join('\n');
    for (const secret of [registry.password, Buffer.from(`${registry.user}:${registry.password}`).toString('base64')]) expect(kept).not.toContain(secret);
    expect(readFileSync(join(user.ccMcpHome, 'mcp.lock.json'), 'utf8')).not.toContain(registry.host);
    // What was pulled for it alone has no name of its own any more.
    expect(await docker('images', '--digests', '--format', '{{.Repository}}@{{.Digest}}')).not.toContain(`${registry.host}/team/who`);

    const client = await user.connect('who');
    expect(JSON.parse(await callText(client, 'echo', {}))).toEqual({ uid: 10001, folder: '/app', arguments: ['--from-cmd'], setting: 'of-the-image', home: '/tmp', data: true, filled: 'ENOSPC', root: false, size: '65536' });
    const home = await homeIdOf(user);
    const container = await docker('ps', '--quiet', '--filter', `label=io.cc-mcp.home=${home}`, '--filter', 'label=io.cc-mcp.server=who');
    const inspected = JSON.parse(await docker('inspect', container.split('\n')[0] ?? ''))[0];
    expect(inspected).toMatchObject({ Mounts: [], Config: { Healthcheck: { Test: ['NONE'] }, Labels: { 'io.cc-mcp.home': home } } });
    await client.close();

    const frozen = await user.json(['install', '--frozen', '--yes']);
    expect(frozen.envelope.result.servers, frozen.stderr).toMatchObject([{ server: 'who', outcome: 'up-to-date' }]);
    const path = join(user.ccMcpHome, 'mcp.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": "1"', '"version": "2"'));
    const second = await user.json(['install', '--global', '--yes']);
    expect(second.envelope.result.servers, second.stderr).toMatchObject([{ server: 'who', outcome: 'installed', version: expect.stringMatching(/^2@sha256:/) }]);
    expect(readFileSync(join(user.ccMcpHome, 'mcp.lock.json'), 'utf8')).toContain(String(second.envelope.result.servers[0].version));
    const next = await user.connect('who');
    expect(JSON.parse(await callText(next, 'echo', {}))).toMatchObject({ setting: 'of-the-second' });
    await next.close();
    const removed = await user.cc(['uninstall', 'who', '--yes']);
    expect(removed.code, removed.stderr).toBe(0);
    await expect(docker('image', 'inspect', image)).rejects.toThrow();
    expect(existsSync(join(user.ccMcpHome, 'mcp.lock.d/who.image.json'))).toBe(false);
    expect(await docker('images', '--digests', '--format', '{{.Repository}}')).not.toContain(registry.host);
  });

  it('[N8] an entry that starts it by docker run moves with its arguments, its variables and its folders, each as it was agreed to, and comes back', async () => {
    await using user = await mirrored({ loggedIn: true });
    const [notes, claude] = [join(user.home, 'notes'), join(user.home, '.claude.json')];
    mkdirSync(notes);
    const entry = (args: readonly string[]): string => `${JSON.stringify({ mcpServers: { who: { command: 'docker', args: ['run', '-i', '--rm', ...args], env: { SETTING: 'of-the-entry', OTHER: 'not-passed-on' } } } }, null, 3)}\n`;
    const move = ['enable', 'who', '--mode', 'docker', '--yes', '--manifest', join(user.ccMcpHome, 'mcp.json')];
    const image = ['registry.test/team/who:1', '--from-entry'];
    for (const [args, code, message] of [
      [['--privileged'], 'UNSUPPORTED', '--privileged, which weakens the sandbox'], [['-v', 'kept:/data'], 'UNSUPPORTED', 'in the engine\'s volume kept'], [['--network', 'db'], 'CONSENT_NEEDED', 'is on the network db'],
      [['-v', `${notes}:/data`], 'CONSENT_NEEDED', 'Let who have this of your machine?'], [['-v', '/var/run/docker.sock:/s'], 'REFUSED', '/run'],
    ] as const) {
      writeFileSync(claude, entry([...args, ...image]));
      expect((await user.json(move)).envelope.error, args.join(' ')).toMatchObject({ code, message: expect.stringContaining(message) });
      expect(readFileSync(claude, 'utf8')).toBe(entry([...args, ...image]));
    }
    const before = entry(['-e', 'SETTING', '-e', 'NOWHERE', '-m', '200m', '--mount', `type=bind,source=${notes},target=/data,readonly`, ...image]);
    writeFileSync(claude, before);
    const moved = await user.json([...move, '--volume', `${notes}:/data:ro`]);
    expect(moved.envelope, moved.stderr).toMatchObject({ ok: true, result: { outcome: 'migrated', entry: 'client', install: { plan: { arguments: ['--from-entry'], permissions: { net: 'none', volumes: [`${notes}:/data:ro`] }, limits: { memory: '200m' } } } } });
    expect(moved.stderr).toContain('NOWHERE is passed on, and is set nowhere');
    const client = await user.connect('who', { env: { CC_MCP_CONFIG: join(user.ccMcpHome, 'mcp.json') } });
    expect(JSON.parse(await callText(client, 'echo', {}))).toMatchObject({ arguments: ['--from-entry'], setting: 'of-the-entry', data: false, uid: 10001 });
    await client.close();
    expect(readFileSync(join(user.ccMcpHome, 'mcp.json'), 'utf8')).not.toContain('not-passed-on');
    expect((await user.cc(['disable', 'who', '--restore', '--manifest', join(user.ccMcpHome, 'mcp.json')])).code).toBe(0);
    expect(readFileSync(claude, 'utf8')).toBe(before);
  });

  it('[N9] without a password, with our labels, with steps for a build, or without a program each is refused in one line', async () => {
    await using stranger = await mirrored({ loggedIn: false });
    const refused = await stranger.json(['install', 'docker:registry.test/team/who:1', '--yes']);
    expect([refused.code, refused.envelope.error.suggestions.join(' ')]).toEqual([7, expect.stringContaining(`docker login ${registry.host}`)]);
    await using user = await mirrored({ loggedIn: true });
    const failures = [
      ['labelled:1', 'REFUSED', /carries the label io\.cc-mcp\.recipe/], ['trigger:1', 'REFUSED', /ONBUILD/], ['empty:1', 'REFUSED', /names no program/], ['who:none', 'PACKAGE_NOT_FOUND', /^There is no image/],
    ] as const;
    for (const [name, code, message] of failures) {
      const { envelope } = await user.json(['install', `docker:registry.test/team/${name}`, '--name', 'other', '--yes']);
      expect(envelope.error, name).toMatchObject({ code, message: expect.stringMatching(message) });
    }
    expect(await docker('images', '--digests', '--format', '{{.Repository}}')).not.toContain(registry.host);
  });
});
