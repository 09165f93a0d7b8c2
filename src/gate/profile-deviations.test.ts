import { describe, expect, it } from 'vitest';
import type { ContainerSpec, EffectiveSettings } from '../domain/container-engine.ts';
import { profileDeviations, profileWeaknesses } from './profile-deviations.ts';

const SPEC: ContainerSpec = {
  name: 'x', image: 'i', command: [], environment: {}, labels: {}, user: '10001:10001', tmpfs: { '/tmp': 'rw,size=64m' }, network: { kind: 'none' }, extraHosts: [],
  mounts: [{ kind: 'bind', source: '/a', target: '/a', readOnly: true }], memoryBytes: 512, nanoCpus: 5e8, pids: 128, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
};
const GOOD: EffectiveSettings = {
  user: '10001:10001', readOnlyRoot: true, capAdd: [], capDrop: ['ALL'], securityOptions: ['no-new-privileges'], privileged: false, memoryBytes: 512, memorySwapBytes: 512, nanoCpus: 5e8, pids: 128,
  networkMode: 'none', networks: ['none'], ipcMode: 'private', pidMode: '', logDriver: 'none', init: true, healthcheck: ['NONE'], environment: [],
  mounts: [{ type: 'bind', source: '/a', target: '/a', readOnly: true }], tmpfs: { '/tmp': 'rw,size=64m' }, publishedPorts: [],
};

describe('effective settings against the profile', () => {
  it('are without a word when they are what was asked for', () => {
    expect(profileDeviations(SPEC, GOOD)).toEqual([]);
    expect(profileWeaknesses(SPEC)).toEqual([]);
  });

  it.each<readonly [Partial<EffectiveSettings>, string]>([
    [{ user: '' }, 'user is not set, not 10001:10001'],
    [{ readOnlyRoot: false }, 'its root is writable'],
    [{ capDrop: [] }, 'not all capabilities are dropped'],
    [{ capAdd: ['SYS_ADMIN'] }, 'capabilities were added: SYS_ADMIN'],
    [{ securityOptions: [] }, 'no-new-privileges is not set'],
    [{ securityOptions: ['no-new-privileges:true', 'seccomp=unconfined'] }, 'its system calls are not filtered'],
    [{ privileged: true }, 'it is privileged'],
    [{ memoryBytes: 0 }, 'memory limit is 0, not 512'],
    [{ memorySwapBytes: -1 }, 'memory and swap limit is -1, not 512'],
    [{ nanoCpus: 0 }, 'CPU limit is 0, not 0.5'],
    [{ pids: 0 }, 'process limit is 0, not 128'],
    [{ networkMode: 'host' }, 'network is host, not none'],
    [{ ipcMode: 'host' }, 'it shares the IPC of host'],
    [{ pidMode: 'host' }, 'it shares the processes of host'],
    [{ logDriver: 'json-file' }, 'log driver is json-file, not none'],
    [{ init: false }, 'it has no init process'],
    [{ healthcheck: ['CMD', 'x'] }, "the image's health check is on"],
    [{ publishedPorts: ['0.0.0.0:80 -> 80/tcp'] }, 'ports are published: 0.0.0.0:80 -> 80/tcp'],
    [{ mounts: [...GOOD.mounts, { type: 'volume', source: 'abc', target: '/data', readOnly: false }] }, 'abc is mounted at /data, which nobody asked for'],
    [{ mounts: [{ type: 'bind', source: '/a', target: '/a', readOnly: false }] }, '/a is writable'],
    [{ tmpfs: { '/tmp': 'rw' } }, 'the tmpfs at /tmp has no size'],
  ])('%j: %s', (part, deviation) => {
    expect(profileDeviations(SPEC, { ...GOOD, ...part })).toEqual([deviation]);
  });
});
