import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { ArchiveFile } from '../domain/container-engine.ts';
import { packFiles } from './build-context.ts';

async function packed(files: readonly ArchiveFile[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(await packFiles(files)));
}

async function entries(archive: Buffer) {
  const reader = extract();
  reader.end(archive);
  const found: { name: string; type: string; mode: number; uid: number; gid: number; size: number }[] = [];
  for await (const entry of reader) {
    const { name, type, mode, uid, gid, size } = entry.header;
    found.push({ name, type, mode, uid, gid, size });
    entry.resume();
  }
  return found;
}

const FILES: readonly ArchiveFile[] = [
  { path: 'src/deep/b', content: Buffer.from('b'), mode: 0o755 }, { path: 'Dockerfile', content: Buffer.from('FROM x') }, { path: 'src/a', content: new Uint8Array() },
];

describe('packFiles', () => {
  it('is the same, byte for byte, whatever the order and the time', async () => {
    const first = await packed(FILES);
    expect((await packed([...FILES].reverse())).equals(first)).toBe(true);
  });

  it('holds the files with their folders, sorted, as root', async () => {
    expect(await entries(await packed(FILES))).toEqual([
      { name: 'Dockerfile', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 6 },
      { name: 'src/', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 },
      { name: 'src/a', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0 },
      { name: 'src/deep/', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 },
      { name: 'src/deep/b', type: 'file', mode: 0o755, uid: 0, gid: 0, size: 1 },
    ]);
  });

  it('gives folders and files to an owner', async () => {
    expect(await entries(await packed([{ path: 'work/', content: new Uint8Array(), mode: 0o700, owner: 7 }, { path: 'work/x/y', content: Buffer.from('z'), owner: 7 }]))).toEqual([
      { name: 'work/', type: 'directory', mode: 0o700, uid: 7, gid: 7, size: 0 },
      { name: 'work/x/', type: 'directory', mode: 0o755, uid: 7, gid: 7, size: 0 },
      { name: 'work/x/y', type: 'file', mode: 0o644, uid: 7, gid: 7, size: 1 },
    ]);
  });

  it('holds long and foreign names', async () => {
    const path = `${'long/'.repeat(60)}žluť 🐴.txt`;
    expect((await entries(await packed([{ path, content: new Uint8Array() }]))).at(-1)?.name).toBe(path);
  });
});
