import type { Labels, VolumeDetails } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { labelFilter } from './container-state.ts';
import type { EngineCaller } from './engine-caller.ts';
import { listAt, recordAt, textAt, timeAt } from './json-fields.ts';

/** `options`: of the engine's own driver, in the words of mount(8). */
export async function createVolume(engine: EngineCaller, name: string, labels: Labels, signal: AbortSignal | undefined, options: Readonly<Record<string, string>> = {}): Promise<void> {
  const request = { method: 'POST', path: '/volumes/create', body: JSON.stringify({ Name: name, Labels: { ...labels }, DriverOpts: { ...options } }) } as const;
  const answer = await engine.order({ action: `create volume ${name}` }, request, signal);
  const theirs = recordAt(answer, 'Labels');
  // An engine gives the one that is there, whoever made it.
  const same = Object.keys(theirs).length === Object.keys(labels).length && Object.entries(labels).every(([key, value]) => theirs[key] === value);
  if (!same) throw new CcMcpError('CONFLICT', `A volume named ${name} is there already, and it is not ours`, { suggestions: [`docker volume inspect ${name}`] });
}

export async function inspectVolume(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<VolumeDetails | undefined> {
  const answer = await engine.ask({ action: `inspect volume ${name}` }, { method: 'GET', path: pathOf(name) }, signal, [404]);
  return answer === undefined ? undefined : details(answer);
}

export async function listVolumes(engine: EngineCaller, labels: Labels, signal: AbortSignal | undefined): Promise<readonly VolumeDetails[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: labelFilter(labels) }));
  const answer = await engine.ask({ action: 'list volumes' }, { method: 'GET', path: `/volumes?filters=${filters}` }, signal);
  return listAt(answer, 'Volumes').map(details);
}

/** Gone already is success; one in use is CONFLICT. */
export async function removeVolume(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<void> {
  await engine.order({ action: `remove volume ${name}` }, { method: 'DELETE', path: pathOf(name) }, signal, [404]);
}

function pathOf(name: string): string {
  return `/volumes/${encodeURIComponent(name)}`;
}

function details(answer: unknown): VolumeDetails {
  return { name: textAt(answer, 'Name'), labels: recordAt(answer, 'Labels'), createdAt: timeAt(answer, 'CreatedAt') };
}
