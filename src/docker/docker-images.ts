import type { ContainerId, ImageDetails, ImageId, Labels } from '../domain/container-engine.ts';
import { labelFilter } from './container-state.ts';
import type { EngineCaller } from './engine-caller.ts';
import { statusOf } from './engine-errors.ts';
import { at, keysAt, listAt, numberAt, recordAt, textAt, textsAt, timeAt } from './json-fields.ts';
import { splitReference } from './split-reference.ts';

export async function inspectImage(engine: EngineCaller, reference: string, signal: AbortSignal | undefined): Promise<ImageDetails | undefined> {
  const answer = await engine.ask({ action: `inspect image ${reference}` }, { method: 'GET', path: `${pathOf(reference)}/json` }, signal, [404]);
  return answer === undefined ? undefined : details(answer);
}

export async function listImages(engine: EngineCaller, labels: Labels, signal: AbortSignal | undefined): Promise<readonly ImageDetails[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: labelFilter(labels) }));
  const list = listAt(await engine.ask({ action: 'list images' }, { method: 'GET', path: `/images/json?filters=${filters}` }, signal));
  const images = await Promise.all(list.map((entry) => inspectImage(engine, textAt(entry, 'Id'), signal)));
  return images.filter((image) => image !== undefined);
}

export async function tagImage(engine: EngineCaller, id: ImageId, reference: string, signal: AbortSignal | undefined): Promise<void> {
  const { name, tag } = splitReference(reference);
  const path = `${pathOf(id)}/tag?repo=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`;
  await engine.order({ action: `tag an image as ${reference}`, missing: 'IMAGE_MISSING' }, { method: 'POST', path }, signal);
}

export async function removeImage(engine: EngineCaller, reference: string, signal: AbortSignal | undefined): Promise<'removed' | 'absent' | 'in-use'> {
  const image = await inspectImage(engine, reference, signal);
  if (image === undefined) return 'absent';
  // Its tags go one by one: forced, an engine would take an image away from a container that is stopped.
  const byId = reference === image.id || reference === image.id.replace(/^sha256:/, '');
  if (!byId || image.tags.length === 0) return removeOne(engine, reference, signal);
  if (await isUsed(engine, image.id, signal)) return 'in-use';
  for (const tag of image.tags) {
    if ((await removeOne(engine, tag, signal)) === 'in-use') return 'in-use';
  }
  return 'removed';
}

async function removeOne(engine: EngineCaller, reference: string, signal: AbortSignal | undefined): Promise<'removed' | 'absent' | 'in-use'> {
  const attempted = { action: `remove image ${reference}` };
  return engine.orderWith(attempted, signal, async (inner) => {
    try {
      await engine.call({ method: 'DELETE', path: pathOf(reference) }, inner);
      return 'removed';
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return 'absent';
      if (status === 409) return 'in-use';
      throw error;
    }
  });
}

async function isUsed(engine: EngineCaller, id: ImageId, signal: AbortSignal | undefined): Promise<boolean> {
  // Podman does not know it with the name of its hash.
  const filters = encodeURIComponent(JSON.stringify({ ancestor: [id.replace(/^sha256:/, '')] }));
  return listAt(await engine.ask({ action: 'list containers' }, { method: 'GET', path: `/containers/json?all=1&filters=${filters}` }, signal)).length > 0;
}

export async function imageHistory(engine: EngineCaller, id: ImageId, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const answer = await engine.ask({ action: 'read the history of an image', missing: 'IMAGE_MISSING' }, { method: 'GET', path: `${pathOf(id)}/history` }, signal);
  return listAt(answer).map((step) => textAt(step, 'CreatedBy'));
}

/** A container that is never started, for reading an image's files. */
export async function createUnstarted(engine: EngineCaller, id: ImageId, labels: Labels, signal: AbortSignal | undefined): Promise<ContainerId> {
  const body = JSON.stringify({ Image: id, Entrypoint: ['none'], Cmd: [], Labels: { ...labels }, NetworkDisabled: true, HostConfig: { NetworkMode: 'none' } });
  return textAt(await engine.order({ action: 'open an image', missing: 'IMAGE_MISSING' }, { method: 'POST', path: '/containers/create', body }, signal), 'Id') as ContainerId;
}

/** A name's slashes are the engine's own; everything else is data. */
function pathOf(reference: string): string {
  return `/images/${reference.split('/').map(encodeURIComponent).join('/')}`;
}

function details(answer: unknown): ImageDetails {
  const config = at(answer, 'Config');
  return {
    id: textAt(answer, 'Id') as ImageId,
    tags: textsAt(answer, 'RepoTags').filter((tag) => tag !== '<none>:<none>'),
    digests: textsAt(answer, 'RepoDigests').filter((digest) => !digest.startsWith('<none>@')),
    labels: recordAt(config, 'Labels'),
    user: textAt(config, 'User'),
    entrypoint: textsAt(config, 'Entrypoint'),
    command: textsAt(config, 'Cmd'),
    environment: textsAt(config, 'Env'),
    volumes: keysAt(config, 'Volumes'),
    workingDirectory: textAt(config, 'WorkingDir'),
    triggers: textsAt(config, 'OnBuild'),
    sizeBytes: numberAt(answer, 'Size'),
    createdAt: timeAt(answer, 'Created'),
    architecture: textAt(answer, 'Architecture'),
  };
}
