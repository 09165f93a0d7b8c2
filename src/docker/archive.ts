import { posix } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ArchiveFile } from '../domain/container-engine.ts';
import { packFiles } from './build-context.ts';
import type { EngineCaller } from './engine-caller.ts';
import { httpUpload } from './http-upload.ts';

const MOST_LINKS = 8;
const LIMIT = 120_000;

export async function writeFiles(engine: EngineCaller, id: string, folder: string, files: readonly ArchiveFile[], signal: AbortSignal | undefined): Promise<void> {
  const archive = await packFiles(files);
  const path = `/containers/${encodeURIComponent(id)}/archive?path=${encodeURIComponent(folder)}&noOverwriteDirNonDir=true`;
  await engine.orderWith({ action: `write files into container ${id.slice(0, 12)}` }, signal, async (inner) => {
    const answer = await httpUpload(engine.address, { method: 'PUT', path, archive }, inner);
    // The files are there when it has ended.
    await finished(answer.resume());
  }, LIMIT);
}

/** Follows links as the container itself would; undefined when there is no file. */
export async function readFile(engine: EngineCaller, id: string, path: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  let wanted = posix.resolve('/', path);
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const found = await readEntry(engine, id, wanted, signal);
    if (found === undefined || found.kind === 'file') return found?.content;
    wanted = posix.resolve(posix.dirname(wanted), found.target);
  }
  return undefined;
}

type Found = { readonly kind: 'file'; readonly content: Uint8Array } | { readonly kind: 'link'; readonly target: string };

/** By our own client: dockerode takes longer to load than the engine to answer. */
async function readEntry(engine: EngineCaller, id: string, path: string, signal: AbortSignal | undefined): Promise<Found | undefined> {
  const request = { method: 'GET', path: `/containers/${id}/archive?path=${encodeURIComponent(path)}` } as const;
  const archive = await engine.bytes({ action: `read ${path} of container ${id.slice(0, 12)}` }, request, signal, LIMIT);
  return archive === undefined ? undefined : firstEntry(archive);
}

/** The first entry is what was asked for; of a folder, its contents follow. */
async function firstEntry(archive: Uint8Array): Promise<Found | undefined> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  entries.end(archive);
  for await (const entry of entries) {
    const { type, linkname } = entry.header;
    if (type === 'symlink') return { kind: 'link', target: linkname };
    if (type !== 'file' && type !== 'contiguous-file') return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    return { kind: 'file', content: Buffer.concat(chunks) };
  }
  return undefined;
}
