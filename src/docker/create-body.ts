import type { ContainerNetwork, ContainerSpec, Mount } from '../domain/container-engine.ts';

/** Seconds that the engine gives a server between SIGTERM and SIGKILL when it stops by itself, at a shutdown of the host. */
const STOP_TIMEOUT = 5;

/** With name servers of its own it asks for what it means, not also for the same below the domains of this machine. */
const NO_SEARCH = '.';

/** The request body of a container. Nothing is left to an engine's or an image's default that the sandbox profile speaks of. */
export function createBody(spec: ContainerSpec) {
  return {
    Image: spec.image,
    ...(spec.entrypoint === undefined ? {} : { Entrypoint: [...spec.entrypoint] }),
    Cmd: [...spec.command],
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...spec.labels },
    User: spec.user,
    ...(spec.workingDirectory === undefined ? {} : { WorkingDir: spec.workingDirectory }),
    Tty: false,
    OpenStdin: spec.stdin,
    // The end of the client that is attached to stdin is the server's end of input, also when the client was killed.
    StdinOnce: spec.stdin,
    StopTimeout: STOP_TIMEOUT,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      CapDrop: ['ALL'],
      CapAdd: [...spec.capAdd],
      SecurityOpt: ['no-new-privileges', ...spec.securityOptions],
      Privileged: false,
      ReadonlyRootfs: spec.readOnlyRoot,
      // Reaps children, and lets a server that does not handle SIGTERM end by it.
      Init: true,
      IpcMode: 'private',
      NetworkMode: networkName(spec.network),
      ExtraHosts: [...spec.extraHosts],
      ...(spec.nameServers === undefined ? {} : { Dns: [...spec.nameServers], DnsSearch: [NO_SEARCH] }),
      Memory: spec.memoryBytes,
      // The same as memory: no swap.
      MemorySwap: spec.memoryBytes,
      ...(spec.nanoCpus === null ? {} : { NanoCpus: spec.nanoCpus }),
      PidsLimit: spec.pids,
      // Never nproc: it counts per uid of the host, over all containers.
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }, { Name: 'core', Soft: 0, Hard: 0 }],
      OomScoreAdj: 500,
      LogConfig: { Type: spec.logDriver, Config: spec.logDriver === 'local' ? { 'max-size': '1m', 'max-file': '2' } : {} },
      Mounts: spec.mounts.map(mountBody),
      Tmpfs: { ...spec.tmpfs },
      // Exit code and OOM are read before a container is removed.
      AutoRemove: false,
      RestartPolicy: { Name: spec.restart ?? 'no' },
      ...(spec.publish === undefined ? {} : { PortBindings: { [`${spec.publish.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(spec.publish.outerPort) }] } }),
    },
    ...(spec.publish === undefined ? {} : { ExposedPorts: { [`${spec.publish.port}/tcp`]: {} } }),
    ...(spec.aliases === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [networkName(spec.network)]: { Aliases: [...spec.aliases] } } } }),
  };
}

function networkName(network: ContainerNetwork): string {
  switch (network.kind) {
    case 'named': return network.name;
    case 'container': return `container:${network.id}`;
    default: return network.kind;
  }
}

/** Never `Binds`, which make a folder of root's where there is none. */
function mountBody(mount: Mount) {
  const source = mount.kind === 'bind' ? mount.source : mount.name;
  // A fresh volume stays empty: what the image has at its target must not become a server's state.
  const options = mount.kind === 'volume' ? { VolumeOptions: { NoCopy: true } } : {};
  return { Type: mount.kind, Source: source, Target: mount.target, ReadOnly: mount.readOnly, ...options };
}
