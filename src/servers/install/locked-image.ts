import { CcMcpError } from '../../domain/errors.ts';
import type { LockEntry } from '../../domain/lock.ts';
import { buildLocked } from './build-locked.ts';
import { readRecords, writeRecord } from './image-record.ts';
import { fromRecord, keyOf } from './image-request.ts';
import type { ImagePorts, ImageRequest, ServerImage } from './image-request.ts';
import { checkTag } from './image-tags.ts';

export interface LockedImageRequest extends Omit<ImageRequest, 'resolve'> {
  readonly entry: LockEntry;
  /** Content of its dependency lock. */
  readonly dependencies: string;
}

/**
 * The image that a lock describes: one that is there, else built from exactly the locked tree. Nothing is resolved. On the locked base
 * it has the locked recipe, or the lock is refused (LOCK_INVALID).
 */
export async function lockedImage(ports: ImagePorts, request: LockedImageRequest, signal?: AbortSignal): Promise<ServerImage> {
  try {
    return await findOrBuild(ports, request, signal);
  } finally {
    await request.source.release?.();
  }
}

async function findOrBuild(ports: ImagePorts, request: LockedImageRequest, signal?: AbortSignal): Promise<ServerImage> {
  const { engine, source, base, entry, dependencies } = request;
  if (entry.template.name !== source.template.name) throw invalid(request, `is built by the template ${entry.template.name}, which is not one for ${source.type} packages`);
  const { lock, executable, packages } = source.readLocked(dependencies, request.package, request.version, entry.source.bin);
  if (executable === undefined) throw invalid(request, `starts "${entry.source.bin}", which ${request.package} does not have`);
  const key = keyOf(request, entry.template);
  const isLockedBase = base.canonical === entry.base.image && base.digest === entry.base.digest;
  const [records] = await Promise.all([readRecords(engine, key, signal), checkTag(engine, request.tags[0], signal)]);
  for (const record of records) {
    const known = await fromRecord(request, record, entry.template, signal, lock.content);
    if (known === undefined || (isLockedBase && known.recipe !== entry.recipe)) continue;
    await Promise.all(request.tags.map((tag) => engine.images.tag(known.imageId, tag, signal)));
    return known;
  }
  const tree = { resolved: { package: request.package, version: request.version }, lock, executable, packages, template: entry.template };
  const image = await buildLocked(ports, request, tree, request.openLog(), signal, isLockedBase ? entry.recipe : undefined);
  const strangers = (await source.strangersIn?.(image.imageId, { content: dependencies, package: request.package, version: request.version }, signal)) ?? [];
  if (strangers.length > 0) {
    await engine.images.removeImage(image.imageId);
    throw invalid(request, `holds ${strangers.slice(0, 3).join(', ')}${strangers.length > 3 ? ' …' : ''}, which nothing that ${request.package} wants asks for`);
  }
  await writeRecord(engine, key, image, { version: ports.version, token: ports.newToken() }, signal);
  return image;
}

function invalid({ owner }: LockedImageRequest, problem: string): CcMcpError {
  return new CcMcpError('LOCK_INVALID', `The lock of ${owner.server} ${problem}`, { suggestions: ['Restore mcp.lock.json and mcp.lock.d from version control'] });
}
