import type { ContainerSpec, EngineInfo } from '../domain/container-engine.ts';
import { createBody } from './create-body.ts';

/** What Podman puts into a container with a read-only root by itself: writable and without a limit. */
const OWN_TMPFS = ['/run', '/var/tmp'];
/** Nothing can be written there either; what the image has there is copied up, so that it must have room. */
const READ_ONLY = 'ro,noexec,nosuid,nodev,size=16m,mode=755';
/** Nanoseconds: 100 days. */
const SELDOM = 100 * 24 * 3600 * 1e9;

/** As Docker sets it in every network of a container's own: without any capability it listens where it likes, on 53 too. */
const ANY_PORT = { 'net.ipv4.ip_unprivileged_port_start': '0' };

/** The same sandbox in Podman's words. */
export function podmanBody(spec: ContainerSpec, info: EngineInfo): Readonly<Record<string, unknown>> {
  const { HostConfig, Healthcheck, ...body } = createBody(spec);
  const taken = new Set([...Object.keys(spec.tmpfs), ...spec.mounts.map(({ target }) => target)]);
  const closed = spec.readOnlyRoot ? OWN_TMPFS.filter((path) => !taken.has(path)) : [];
  return {
    ...body,
    // Under systemd even a check that is off gets a timer, which starts a program each time.
    Healthcheck: { ...Healthcheck, Interval: SELDOM },
    HostConfig: {
      ...HostConfig,
      Tmpfs: Object.fromEntries([
        ...closed.map((path) => [path, READ_ONLY] as const),
        ...Object.entries(spec.tmpfs).map(([path, options]) => [path, tmpfsOptions(options, spec.user)] as const),
      ]),
      ...(hasOwnNetwork(spec) ? { Sysctls: ANY_PORT } : {}),
      ...(keepsUser(spec, info) ? { UsernsMode: 'keep-id' } : {}),
    },
  };
}

function hasOwnNetwork({ network }: ContainerSpec): boolean {
  return network.kind !== 'container' && !(network.kind === 'named' && network.name === 'host');
}

/** A user of the host's: without it their number inside would be somebody else's outside. */
function keepsUser({ user }: ContainerSpec, { rootless }: EngineInfo): boolean {
  return rootless && user === `${process.getuid?.()}:${process.getgid?.()}`;
}

/** Podman gives a tmpfs to the process's own user, by a word of its own, and to nobody else. */
function tmpfsOptions(options: string, user: string): string {
  const kept = options.split(',').filter((option) => !/^[ug]id=/.test(option));
  const owner = ['uid', 'gid'].map((name) => new RegExp(`(?:^|,)${name}=(\\d+)`).exec(options)?.[1]).join(':');
  return (owner === user ? [...kept, 'U'] : kept).join(',');
}
