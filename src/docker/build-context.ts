import { Readable } from 'node:stream';
import type { ArchiveFile } from '../domain/container-engine.ts';

/** The first day that a zip file, and so a Python wheel, can hold in every time zone. */
const ALWAYS = new Date(Date.UTC(1980, 0, 2));

/** Files as a tar stream that is the same for the same files: sorted, without time, with their folders. */
export async function packFiles(files: readonly ArchiveFile[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  for (const { path, content, mode, owner = 0 } of withFolders(files)) {
    const folder = path.endsWith('/');
    const header = { name: path, mode: mode ?? (folder ? 0o755 : 0o644), uid: owner, gid: owner, mtime: ALWAYS };
    if (folder) archive.entry({ ...header, type: 'directory' });
    else archive.entry({ ...header, type: 'file' }, content);
  }
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

/** An engine makes missing folders on its own with modes that let nobody but root in. */
function withFolders(files: readonly ArchiveFile[]): readonly ArchiveFile[] {
  const entries = new Map<string, ArchiveFile>();
  for (const file of files) {
    for (let end = file.path.indexOf('/'); end !== -1 && end < file.path.length - 1; end = file.path.indexOf('/', end + 1)) {
      const path = file.path.slice(0, end + 1);
      if (path !== './' && !entries.has(path)) entries.set(path, { path, content: new Uint8Array(), ...(file.owner === undefined ? {} : { owner: file.owner }) });
    }
  }
  for (const file of files) entries.set(file.path, file);
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
