import type { ContainerDetails, ContainerId, EffectiveSettings, ImageId } from '../domain/container-engine.ts';
import { containerState } from './container-state.ts';
import { at, flagAt, keysAt, listAt, numberAt, recordAt, textAt, textsAt, timeAt } from './json-fields.ts';

/** What an engine says of one container: what is in effect, not what was asked for. */
export function inspectDetails(answer: unknown): ContainerDetails {
  const state = containerState(at(answer, 'State'));
  return {
    id: textAt(answer, 'Id') as ContainerId,
    name: textAt(answer, 'Name').replace(/^\//, ''),
    imageId: textAt(answer, 'Image') as ImageId,
    labels: recordAt(answer, 'Config', 'Labels'),
    running: state.status === 'running',
    createdAt: timeAt(answer, 'Created'),
    state,
    settings: settings(answer),
  };
}

function settings(answer: unknown): EffectiveSettings {
  const host = at(answer, 'HostConfig');
  const config = at(answer, 'Config');
  return {
    user: textAt(config, 'User'),
    readOnlyRoot: flagAt(host, 'ReadonlyRootfs'),
    capAdd: textsAt(host, 'CapAdd'),
    capDrop: textsAt(host, 'CapDrop'),
    securityOptions: textsAt(host, 'SecurityOpt'),
    privileged: flagAt(host, 'Privileged'),
    memoryBytes: numberAt(host, 'Memory'),
    memorySwapBytes: numberAt(host, 'MemorySwap'),
    nanoCpus: numberAt(host, 'NanoCpus'),
    pids: numberAt(host, 'PidsLimit'),
    networkMode: textAt(host, 'NetworkMode'),
    networks: keysAt(answer, 'NetworkSettings', 'Networks'),
    ipcMode: textAt(host, 'IpcMode'),
    pidMode: textAt(host, 'PidMode'),
    logDriver: textAt(host, 'LogConfig', 'Type'),
    init: flagAt(host, 'Init'),
    healthcheck: textsAt(config, 'Healthcheck', 'Test'),
    environment: textsAt(config, 'Env'),
    mounts: listAt(answer, 'Mounts').map((mount) => ({
      type: textAt(mount, 'Type'),
      source: textAt(mount, 'Type') === 'volume' ? textAt(mount, 'Name') : textAt(mount, 'Source'),
      target: textAt(mount, 'Destination'),
      readOnly: !flagAt(mount, 'RW'),
    })),
    tmpfs: recordAt(host, 'Tmpfs'),
    publishedPorts: publishedPorts(at(host, 'PortBindings')),
  };
}

/** As `docker port` says it: `127.0.0.1:8080 -> 80/tcp`. */
function publishedPorts(bindings: unknown): readonly string[] {
  return keysAt(bindings).flatMap((port) =>
    listAt(bindings, port).map((binding) => `${textAt(binding, 'HostIp') || '0.0.0.0'}:${textAt(binding, 'HostPort')} -> ${port}`));
}
