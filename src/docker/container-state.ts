import type { ContainerId, ContainerState, ContainerSummary, ImageId } from '../domain/container-engine.ts';
import { flagAt, numberAt, recordAt, textAt, textsAt } from './json-fields.ts';

/** `State` of an inspection. An engine's words for what does not run are many; the flags and the exit decide. */
export function containerState(state: unknown): ContainerState {
  const status = textAt(state, 'Status');
  // Between two lives: what is said of its end holds until it runs again.
  const isEnded = flagAt(state, 'Restarting');
  if (!isEnded && (flagAt(state, 'Running') || status === 'running' || status === 'paused')) {
    return { status: 'running', startedAt: textAt(state, 'StartedAt'), pid: numberAt(state, 'Pid'), paused: flagAt(state, 'Paused') };
  }
  if (NOT_STARTED.has(status)) return { status: 'created' };
  return {
    status: 'exited',
    exitCode: numberAt(state, 'ExitCode'),
    oomKilled: flagAt(state, 'OOMKilled'),
    finishedAt: textAt(state, 'FinishedAt'),
    error: textAt(state, 'Error'),
  };
}

/** The last two are Podman's. */
const NOT_STARTED = new Set(['created', 'configured', 'initialized']);

/** One entry of the list of containers. */
export function containerSummary(entry: unknown): ContainerSummary {
  const state = textAt(entry, 'State');
  return {
    id: textAt(entry, 'Id') as ContainerId,
    name: (textsAt(entry, 'Names')[0] ?? '').replace(/^\//, ''),
    imageId: textAt(entry, 'ImageID') as ImageId,
    labels: recordAt(entry, 'Labels'),
    running: state === 'running' || state === 'paused' || state === 'restarting',
    createdAt: numberAt(entry, 'Created') * 1000,
  };
}

/** The engine's filter for things that carry every one of these labels. */
export function labelFilter(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}
