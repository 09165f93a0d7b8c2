import { describe, expect, it } from 'vitest';
import type { ContainerId, ContainerSpec, EngineInfo } from '../domain/container-engine.ts';
import { createBody } from './create-body.ts';
import { podmanBody } from './podman-body.ts';

const SPEC: ContainerSpec = {
  name: 'x', image: 'sha256:abc', command: [], environment: {}, labels: {}, user: '10001:10001', mounts: [], tmpfs: { '/tmp': 'rw,size=64m' }, network: { kind: 'none' }, extraHosts: [],
  memoryBytes: 1000, nanoCpus: 5e8, pids: 12, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
};
const INFO: EngineInfo = {
  kind: 'podman', id: 'x', version: '4.3.1', apiVersion: '1.41', cpus: 2, memoryBytes: 1e9, rootless: false, usernsRemap: false, virtualMachine: false, cgroupVersion: 2, cgroupDriver: 'systemd',
  seccomp: true, architecture: 'amd64', operatingSystem: 'debian', dataFolder: '/var/lib/containers/storage',
};
const body = (changes: Partial<ContainerSpec>, info: Partial<EngineInfo> = {}) => podmanBody({ ...SPEC, ...changes }, { ...INFO, ...info });

describe('podmanBody', () => {
  it('is the sandbox profile, with nothing writable that Podman adds by itself', () => {
    const { HostConfig, ...rest } = createBody(SPEC);
    expect(body({})).toEqual({
      ...rest,
      Healthcheck: { Test: ['NONE'], Interval: 8.64e15 },
      HostConfig: { ...HostConfig, Tmpfs: { '/run': expect.stringMatching(/^ro,.*size=/), '/var/tmp': expect.stringMatching(/^ro,.*size=/), '/tmp': 'rw,size=64m' }, Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } },
    });
  });

  it('leaves a place alone that is mounted, and a root that is writable', () => {
    expect(body({ tmpfs: { '/run': 'rw,size=1m' }, mounts: [{ kind: 'volume', name: 'v', target: '/var/tmp', readOnly: false }] })).toMatchObject({ HostConfig: { Tmpfs: { '/run': 'rw,size=1m' } } });
    expect(body({ readOnlyRoot: false, tmpfs: {} })).toMatchObject({ HostConfig: { Tmpfs: {} } });
  });

  it("gives a tmpfs to the process's own user by Podman's word, and to another by none", () => {
    const tmpfs = { '/run': 'rw', '/var/tmp': 'rw', '/mine': 'rw,size=1m,uid=10001,gid=10001,mode=0700', '/theirs': 'rw,uid=5,gid=5,size=1m' };
    expect(body({ tmpfs })).toMatchObject({ HostConfig: { Tmpfs: { '/mine': 'rw,size=1m,mode=0700,U', '/theirs': 'rw,size=1m' } } });
  });

  it('lets it listen on every port in a network of its own, and leaves that of another and of the host alone', () => {
    for (const network of [{ kind: 'container', id: 'x' as ContainerId }, { kind: 'named', name: 'host' }] as const) expect(body({ network })['HostConfig']).not.toHaveProperty('Sysctls');
  });

  it("keeps the host user's own number in a rootless engine, and nobody else's", () => {
    const own = `${process.getuid?.()}:${process.getgid?.()}`;
    expect(body({ user: own }, { rootless: true })).toMatchObject({ HostConfig: { UsernsMode: 'keep-id' } });
    for (const other of [body({ user: own }), body({}, { rootless: true })]) expect(other['HostConfig']).not.toHaveProperty('UsernsMode');
  });
});
