import { CcMcpError } from '../../domain/errors.ts';
import type { Executable, LockedPackage, OpenedSource, ResolvedPackage } from '../../domain/source.ts';
import { buildLocked, logged } from './build-locked.ts';
import { readRecords, writeRecord } from './image-record.ts';
import { fromRecord, keyOf } from './image-request.ts';
import type { ImagePorts, ImageRequest, ServerImage } from './image-request.ts';
import { checkTag } from './image-tags.ts';

/** Resolutions are asked anew after a week: an old tree misses the fixes of its dependencies. */
const RECORD_AGE = 7 * 24 * 60 * 60 * 1000;

/** The image of one exact package: an existing one of the same recipe, else resolved, locked and built. */
export async function serverImage(ports: ImagePorts, request: ImageRequest, signal?: AbortSignal): Promise<ServerImage> {
  try {
    return await findOrBuild(ports, request, signal);
  } finally {
    await request.source.release?.();
  }
}

async function findOrBuild(ports: ImagePorts, request: ImageRequest, signal?: AbortSignal): Promise<ServerImage> {
  const { engine, source } = request;
  const template = source.template;
  const key = keyOf(request, template);
  const [records] = await Promise.all([readRecords(engine, key, signal), checkTag(engine, request.tags[0], signal)]);
  const young = records.filter(({ createdAt }) => ports.clock.now() - createdAt < RECORD_AGE);
  for (const record of young) {
    const known = await fromRecord(request, record, template, signal);
    if (known !== undefined) {
      request.onTree?.(known.dependencies);
      await Promise.all(request.tags.map((tag) => engine.images.tag(known.imageId, tag, signal)));
      return known;
    }
  }
  const image = await lockAndBuild(ports, request, template, signal);
  await writeRecord(engine, key, image, { version: ports.version, token: ports.newToken() }, signal);
  return image;
}

async function lockAndBuild(ports: ImagePorts, request: ImageRequest, template: OpenedSource['template'], signal?: AbortSignal): Promise<ServerImage> {
  const { source, base } = request;
  const resolved = await request.resolve();
  const log = request.openLog();
  const locked = lockedBefore(request, resolved) ?? (await logged(ports, log, 'lock', `${source.tree === undefined ? 'Downloading' : 'Resolving'} ${request.package}`, () => `Resolved ${request.package} ${request.version}`, (onLine) =>
    source.lock({ resolved, overrides: request.overrides, baseImage: base.reference, allowScripts: request.allowScripts, ...(request.asOf === undefined ? {} : { asOf: request.asOf }) }, onLine, signal)));
  request.onTree?.(locked.lock.content);
  const executable = await chooseExecutable(ports, request, locked.executables.length > 0 ? locked.executables : resolved.executables);
  return buildLocked(ports, request, { resolved, lock: locked.lock, executable, packages: locked.packages, template }, log, signal);
}

/** What an earlier state of a folder was locked to, where that still is what it wants. */
function lockedBefore({ source, earlier, allowScripts, package: name, version }: ImageRequest, { executables }: ResolvedPackage): Pick<LockedPackage, 'lock' | 'packages' | 'executables'> | undefined {
  if (earlier === undefined || source.stillLocks?.(earlier, { allowScripts }) !== true) return undefined;
  return { ...source.readLocked(earlier, name, version, ''), executables };
}

/** The one that was asked for, the only one, the one named like the package; else the user says which. */
async function chooseExecutable(ports: ImagePorts, request: ImageRequest, executables: readonly Executable[]): Promise<Executable> {
  const names = executables.map(({ name }) => name);
  if (executables.length === 0) {
    throw new CcMcpError('INVALID_REFERENCE', `${request.source.type}:${request.package} has no executable, so it is not a server that can be started`, {
      suggestions: [`Look at its page for the package that has one, or cc-mcp search ${request.package}`],
    });
  }
  if (request.bin !== undefined) {
    const asked = executables.find(({ name }) => name === request.bin);
    if (asked !== undefined) return asked;
    throw new CcMcpError('INVALID_VALUE', `${request.package} has no executable "${request.bin}"; it has ${names.join(', ')}`, { suggestions: names.map((name) => `--bin ${name}`) });
  }
  const [only] = executables;
  if (executables.length === 1 && only !== undefined) return only;
  const last = request.package.split('/').at(-1);
  const named = executables.find(({ name }) => name === last);
  if (named !== undefined) return named;
  const chosen = await ports.consent.choose(`${request.package} has several executables: which one is the server?`, names, '--bin');
  return executables.find(({ name }) => name === chosen) ?? Promise.reject(new CcMcpError('INVALID_VALUE', `${request.package} has no executable "${chosen}"`));
}
