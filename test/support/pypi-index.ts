import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';

export interface PublishedDistribution {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  /** Entry point → `module:function`. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Path → content. Of a wheel what it installs; of an sdist all that it holds. */
  readonly files: Readonly<Record<string, string>>;
  readonly kind: 'wheel' | 'sdist';
}

export interface PypiIndex {
  /** `http://127.0.0.1:PORT/simple/`. */
  readonly address: string;
  /** Every path that was asked for, in its order. */
  readonly paths: readonly string[];
}

/** An index of Python packages on this machine's loopback, for one test, that gives nothing to whoever is none of `users` (`name:password`). */
export async function pypiIndex(distributions: (address: string) => readonly PublishedDistribution[], users: readonly string[]): Promise<PypiIndex> {
  const answers = new Map<string, { readonly type: string; readonly body: string | Buffer }>();
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    if (users.every((user) => request.headers.authorization !== `Basic ${Buffer.from(user).toString('base64')}`)) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="index"' }).end();
    const answer = answers.get(request.url ?? '');
    return void response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`;
  for (const [name, versions] of Map.groupBy(distributions(address), (published) => published.name)) {
    const files = await Promise.all(versions.map(async (published) => {
      const stem = `${published.name.replaceAll('-', '_')}-${published.version}`;
      const [filename, body] = published.kind === 'wheel' ? [`${stem}-py3-none-any.whl`, wheelOf(published, stem)] : [`${stem}.tar.gz`, await sdistOf(published, stem)];
      answers.set(`/files/${filename}`, { type: 'application/octet-stream', body });
      return { filename, url: `/files/${filename}`, hashes: { sha256: createHash('sha256').update(body).digest('hex') }, 'requires-python': '>=3.8' };
    }));
    answers.set(`/simple/${name}/`, { type: 'application/vnd.pypi.simple.v1+json', body: JSON.stringify({ meta: { 'api-version': '1.0' }, name, files }) });
  }
  return { address, paths };
}

function metadataOf({ name, version, requires = [] }: PublishedDistribution): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires.map((requirement) => `Requires-Dist: ${requirement}\n`).join('')}`;
}

function wheelOf(published: PublishedDistribution, stem: string): Buffer {
  const info = `${stem}.dist-info`;
  const scripts = Object.entries(published.scripts ?? {}).map(([name, target]) => `${name} = ${target}\n`);
  const files: Record<string, string> = {
    ...published.files, [`${info}/METADATA`]: metadataOf(published), [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: `[console_scripts]\n${scripts.join('')}`,
  };
  const record = Object.entries(files).map(([path, content]) => `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${Buffer.byteLength(content)}\n`).join('');
  return zip({ ...files, [`${info}/RECORD`]: `${record}${info}/RECORD,,\n` });
}

async function sdistOf(published: PublishedDistribution, stem: string): Promise<Buffer> {
  const archive = pack();
  for (const [path, content] of Object.entries({ 'PKG-INFO': metadataOf(published), ...published.files })) archive.entry({ name: `${stem}/${path}` }, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** A zip archive without compression. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const [name, data] = [Buffer.from(path), Buffer.from(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // The first day that the format knows.
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o100644 * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const size = central.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...central, Buffer.from('PK\u0005\u0006'), end]);
}
