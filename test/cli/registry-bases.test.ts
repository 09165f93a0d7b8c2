import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageRegistry } from '../support/image-registry.ts';
import type { ImageRegistry } from '../support/image-registry.ts';
import { dropPulled, logIn, mirrorTo, pushBase } from '../support/pushed-base.ts';
import { callText, docker, readJson, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

/** Four installations in a row, on a busy machine. */
const PATIENT = 600_000;

/** What the registry itself says. */
async function digestAt({ host, user, password }: ImageRegistry, name: string, tag: string): Promise<string | null> {
  const { headers } = await fetch(`http://${host}/v2/${name}/manifests/${tag}`, {
    method: 'HEAD', headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json', authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
  return headers.get('docker-content-digest');
}

async function basesAt({ host }: ImageRegistry): Promise<readonly string[]> {
  const lines = (await docker('images', '--digests', '--format', '{{.Repository}}@{{.Digest}}')).split('\n');
  return lines.filter((line) => line.startsWith(`${host}/base/`)).map((line) => line.slice(line.indexOf('@') + 1));
}

async function locked(user: UserHome, name: string): Promise<{ readonly source: { readonly version: string }; readonly base: { readonly image: string; readonly digest: string } }> {
  const { servers } = (await readJson(join(user.ccMcpHome, 'mcp.lock.json'))) as { servers: Record<string, never> };
  return servers[name] as never;
}

/** Of one session, which has ended: an open one would keep its image. */
async function answer(user: UserHome, server: string, tool: string, given: Readonly<Record<string, string>> = {}): Promise<string> {
  const client = await user.connect(server);
  const text = await callText(client, tool, given);
  await client.close();
  return text;
}

/** Another version in the manifest, and `install`. */
async function moveTo(user: UserHome, name: string, version: string): Promise<void> {
  const path = join(user.ccMcpHome, 'mcp.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { mcpServers: Record<string, { source: { version: string } }> };
  (manifest.mcpServers[name] as { source: { version: string } }).source.version = version;
  writeFileSync(path, JSON.stringify(manifest));
  const { envelope, stderr } = await user.json(['install', '--global', '--yes']);
  expect(envelope, stderr).toMatchObject({ ok: true, result: { servers: [{ server: name, outcome: 'installed', version }] } });
  expect((await locked(user, name)).source.version).toBe(version);
}

describe('[N1] a base image of a real registry', () => {
  it('that wants a password is pulled for an npm package, by its digest for whoever has the lock, and the lock follows the manifest to another version', async () => {
    await using registry = await imageRegistry({ locked: true });
    await pushBase(registry, 'base/node:1');
    const digest = await digestAt(registry, 'base/node', '1');
    try {
      await using user = await userHome();
      mirrorTo(user, registry, { node: 'registry.test/base/node:1' });
      const refused = await user.json(['install', 'npm:@modelcontextprotocol/server-memory@2026.7.4', '--name', 'notes', '--yes']);
      expect([refused.code, refused.envelope.error.code]).toEqual([7, 'SOURCE_UNREACHABLE']);
      expect(await basesAt(registry)).toEqual([]);
      logIn(registry, join(user.home, '.docker'));
      const installed = await user.json(['install', 'npm:@modelcontextprotocol/server-memory@2026.7.4', '--name', 'notes', '--yes']);
      expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { server: 'notes', version: '2026.7.4' } });
      expect((await locked(user, 'notes')).base).toEqual({ image: 'registry.test/base/node:1', digest });
      expect(await answer(user, 'notes', 'read_graph')).toContain('entities');

      await using colleague = await userHome();
      mirrorTo(colleague, registry, { node: 'registry.test/base/node:1' });
      logIn(registry, join(colleague.home, '.docker'));
      for (const file of ['mcp.json', 'mcp.lock.json', 'mcp.lock.d']) cpSync(join(user.ccMcpHome, file), join(colleague.ccMcpHome, file), { recursive: true });
      // Meanwhile the tag moved on, and this engine has neither image.
      await docker('image', 'rm', `${registry.host}/base/node:1`);
      await pushBase(registry, 'base/node:1', 'ENV NEWER=1\n');
      expect(await digestAt(registry, 'base/node', '1')).not.toBe(digest);
      const same = await colleague.json(['install', '--frozen', '--global', '--yes']);
      expect(same.envelope, same.stderr).toMatchObject({ ok: true, result: { servers: [{ server: 'notes', outcome: 'installed', recipe: installed.envelope.result.recipe }] } });
      expect(await basesAt(registry)).toContain(digest);

      await moveTo(user, 'notes', '2026.8.31');
      expect(await answer(user, 'notes', 'read_graph')).toContain('entities');
      const image = (await user.json(['status', 'notes'])).envelope.result.servers[0].image as string;
      for (const each of [user, colleague]) expect((await each.cc(['uninstall', 'notes', '--yes'])).code).toBe(0);
      for (const gone of [String(installed.envelope.result.image), image]) await expect(docker('image', 'inspect', gone)).rejects.toThrow();
    } finally {
      await dropPulled(registry);
    }
  }, PATIENT);

  it('without a password is pulled for a PyPI package, and the lock follows the manifest to another version', async () => {
    await using registry = await imageRegistry();
    await pushBase(registry, 'base/python:1', '', 'python');
    try {
      await using user = await userHome();
      mirrorTo(user, registry, { python: 'registry.test/base/python:1' });
      const installed = await user.json(['install', 'pypi:mcp-server-time@2026.8.18', '--name', 'clock', '--yes']);
      expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { server: 'clock', version: '2026.8.18' } });
      expect((await locked(user, 'clock')).base).toEqual({ image: 'registry.test/base/python:1', digest: await digestAt(registry, 'base/python', '1') });
      expect(await answer(user, 'clock', 'get_current_time', { timezone: 'UTC' })).toContain('UTC');
      await moveTo(user, 'clock', '2026.10.19');
      expect(await answer(user, 'clock', 'get_current_time', { timezone: 'UTC' })).toContain('UTC');
      expect((await user.cc(['uninstall', 'clock', '--yes'])).code).toBe(0);
      await expect(docker('image', 'inspect', String(installed.envelope.result.image))).rejects.toThrow();
    } finally {
      await dropPulled(registry);
    }
  }, PATIENT);
});
