import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_BASES } from '../../src/domain/base-images.ts';
import type { ImageRegistry } from './image-registry.ts';
import { docker, testImages } from './user-home.ts';
import type { UserHome } from './user-home.ts';

/** What `docker login` writes. */
export function logIn({ host, user, password }: ImageRegistry, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth: Buffer.from(`${user}:${password}`).toString('base64') } } }));
}

/** A base of the tests, given to a registry with more lines on it, and its name taken away from the engine again. */
export async function pushBase(registry: ImageRegistry, name: string, lines = '', kind: keyof typeof DEFAULT_BASES = 'node'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-push-'));
  const tag = `${registry.host}/${name}`;
  try {
    const { images } = (await testImages()) as { readonly images: { readonly bases?: Readonly<Record<string, string>> } };
    // An image of its own: no container of another test holds it.
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${images.bases?.[kind] ?? DEFAULT_BASES[kind]}\nLABEL org.cc-mcp.test=1 org.cc-mcp.pushed=${randomBytes(9).toString('hex')}\n${lines}`);
    await docker('build', '--quiet', '--tag', tag, folder);
    logIn(registry, join(folder, 'client'));
    await docker('--config', join(folder, 'client'), 'push', '--quiet', tag);
    await docker('image', 'rm', tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes `registry.test` a name for it, in this user's configuration. */
export function mirrorTo({ ccMcpHome }: UserHome, { host }: ImageRegistry, bases: Readonly<Record<string, string>> = {}): void {
  const path = join(ccMcpHome, 'config.json');
  const configuration = JSON.parse(readFileSync(path, 'utf8')) as { images: { bases?: Record<string, string>; rewrite?: Record<string, string> } };
  configuration.images = { bases: { ...configuration.images.bases, ...bases }, rewrite: { ...configuration.images.rewrite, 'registry.test': host } };
  writeFileSync(path, JSON.stringify(configuration));
}

/** Takes away what was pulled from it, as far as nothing is built on it. */
export async function dropPulled({ host }: ImageRegistry): Promise<void> {
  const lines = (await docker('images', '--digests', '--format', '{{.Repository}}|{{.Tag}}|{{.Digest}}')).split('\n').filter((line) => line.startsWith(`${host}/`));
  for (const line of lines) {
    const [name = '', tag = '', digest = ''] = line.split('|');
    // One name goes with the other.
    await docker('image', 'rm', tag === '<none>' ? `${name}@${digest}` : `${name}:${tag}`).catch(() => {});
  }
}
