import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** ISO 8601; where no version of a package has one, the registry tells no dates of it. */
  readonly publishedAt?: string;
  /** More of its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Path in the package → content. */
  readonly files: Readonly<Record<string, string>>;
  /** What is sent in place of the archive whose hash the registry tells. */
  readonly sent?: (archive: Buffer) => Buffer;
}

/**
 * A registry of npm on this machine's loopback, for one test; its address. What it has may depend on that. The last version of a name
 * is its latest. With `tokens` it gives nothing to whoever has none of them.
 */
export async function npmRegistry(packages: (address: string) => readonly PublishedPackage[], tokens?: readonly string[]): Promise<string> {
  const registry = await startNpmRegistry(packages, tokens);
  onTestFinished(() => registry[Symbol.asyncDispose]());
  return registry.address;
}

/** The same for as long as its owner wants. */
export async function startNpmRegistry(packages: (address: string) => readonly PublishedPackage[], tokens?: readonly string[]): Promise<AsyncDisposable & { readonly address: string }> {
  const answers = new Map<string, string | Buffer>();
  const server = createServer((request, response) => {
    if (tokens?.every((token) => request.headers.authorization !== `Bearer ${token}`) === true) return void response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
    const answer = answers.get(decodeURIComponent(request.url ?? ''));
    return void response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(answer ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const [name, versions] of Map.groupBy(packages(address), (published) => published.name)) {
    const described: Record<string, unknown> = {};
    for (const published of versions) {
      const path = `/${name}/-/${name.split('/').at(-1)}-${published.version}.tgz`;
      const archive = await archiveOf(published);
      answers.set(path, published.sent?.(archive) ?? archive);
      described[published.version] = manifestOf(published, new URL(path, address).href, archive);
    }
    const times = versions.flatMap(({ version, publishedAt }) => (publishedAt === undefined ? [] : [[version, publishedAt]]));
    const time = times.length === 0 ? {} : { time: Object.fromEntries(times) };
    answers.set(`/${name}`, JSON.stringify({ name, 'dist-tags': { latest: versions.at(-1)?.version }, versions: described, ...time }));
  }
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function manifestOf({ name, version, manifest }: PublishedPackage, tarball: string, archive: Buffer): unknown {
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const scripts = manifest['scripts'] === undefined ? {} : { hasInstallScript: true };
  return { name, version, ...manifest, ...scripts, dist: { tarball, integrity } };
}

async function archiveOf({ name, version, manifest, files }: PublishedPackage): Promise<Buffer> {
  const archive = pack();
  for (const [path, content] of Object.entries({ 'package.json': JSON.stringify({ name, version, ...manifest }), ...files })) archive.entry({ name: `package/${path}`, mode: 0o755 }, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}
