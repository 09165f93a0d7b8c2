import type { DockerServer, ManifestSource } from '../domain/manifest.ts';
import { volumesToList } from './manifest-volumes.ts';

export interface LayoutForm {
  readonly flat: boolean;
  readonly volumesAsList: boolean;
}

/** Objects are compared key by key, everything else as a whole; undefined: not there. */
export interface Layout {
  readonly [key: string]: Layout | readonly unknown[] | string | number | boolean | undefined;
}

/** How our keys of a server stand in the file. What is as it is by default does not stand there at all. */
export function layoutOf(server: DockerServer, { flat, volumesAsList }: LayoutForm): Layout {
  const { source, permissions } = server;
  const settings: Layout = {
    image: server.image,
    volumes: volumesAsList ? filled(volumesToList(server.volumes)) : filledMap(server.volumes),
    environment: filledMap(server.environment),
    limits: filledMap({ memory: server.limits.memory, cpus: server.limits.cpus, pids: server.limits.pids }),
    [flat ? 'arguments' : 'args']: filled(server.arguments),
    network: server.network,
  };
  return {
    ...(flat ? settings : { docker: settings }),
    ...(source === undefined ? {} : { source: { type: source.type, ...placeOf(source), version: source.version, overrides: filled(source.overrides), systemPackages: filled(source.systemPackages ?? []), asOf: source.asOf, dockerfile: source.dockerfile === undefined ? undefined : { path: source.dockerfile.path, network: source.dockerfile.network || undefined }, bin: source.bin } }),
    permissions: {
      net: permissions.net === false ? [] : permissions.net,
      read: permissions.read,
      write: permissions.write,
      env: permissions.env,
      scripts: permissions.scripts || undefined,
      controlFiles: permissions.controlFiles || undefined,
    },
    statePaths: filled(server.statePaths.map(({ path, environment }) => ({ path, environment }))),
    standby: server.standby === 'safe' ? undefined : server.standby,
    service: server.service === undefined ? undefined : { transport: server.service.transport, port: server.service.port, path: server.service.path },
    pathsAsArguments: server.pathsAsArguments || undefined,
    package: server.package,
  };
}

/** Each kind calls its place by its own word. */
function placeOf({ type, package: place, path }: ManifestSource): Layout {
  switch (type) {
    case 'npm':
    case 'pypi':
    case 'go':
      return { package: place };
    case 'docker':
      return { image: place };
    case 'git':
      return { repository: place, path };
    case 'local':
      return { path: place };
    default:
      return type satisfies never;
  }
}

function filled(list: readonly unknown[]): readonly unknown[] | undefined {
  return list.length === 0 ? undefined : list;
}

function filledMap(map: Layout): Layout | undefined {
  return Object.values(map).every((value) => value === undefined) ? undefined : map;
}
