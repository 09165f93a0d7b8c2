import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../domain/container-engine.ts';
import { createBody } from './create-body.ts';

const SPEC: ContainerSpec = {
  name: 'x', image: 'sha256:abc', command: ['a', 'b'], environment: { A: '1=2' }, labels: { l: '' }, user: '10001:10001', mounts: [], tmpfs: {}, network: { kind: 'none' }, extraHosts: [],
  memoryBytes: 1000, nanoCpus: 5e8, pids: 12, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
};

describe('createBody', () => {
  it('is the sandbox profile', () => {
    expect(createBody(SPEC)).toEqual({
      Image: 'sha256:abc', Cmd: ['a', 'b'], Env: ['A=1=2'], Labels: { l: '' }, User: '10001:10001', Tty: false, OpenStdin: true, StdinOnce: true, StopTimeout: 5, Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        CapDrop: ['ALL'], CapAdd: [], SecurityOpt: ['no-new-privileges'], Privileged: false, ReadonlyRootfs: true, Init: true, IpcMode: 'private', NetworkMode: 'none', ExtraHosts: [],
        Memory: 1000, MemorySwap: 1000, NanoCpus: 5e8, PidsLimit: 12, Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }, { Name: 'core', Soft: 0, Hard: 0 }], OomScoreAdj: 500,
        LogConfig: { Type: 'none', Config: {} }, Mounts: [], Tmpfs: {}, AutoRemove: false, RestartPolicy: { Name: 'no' },
      },
    });
  });

  it('names mounts, never binds', () => {
    const { HostConfig } = createBody({ ...SPEC, mounts: [{ kind: 'bind', source: '/a:b', target: '/c', readOnly: true }, { kind: 'volume', name: 'v', target: '/d', readOnly: false }] });
    expect(HostConfig.Mounts).toEqual([
      { Type: 'bind', Source: '/a:b', Target: '/c', ReadOnly: true }, { Type: 'volume', Source: 'v', Target: '/d', ReadOnly: false, VolumeOptions: { NoCopy: true } },
    ]);
    expect(HostConfig).not.toHaveProperty('Binds');
  });

  it('leaves out what is not limited, and what the image decides', () => {
    const body = createBody({ ...SPEC, nanoCpus: null });
    expect(body.HostConfig).not.toHaveProperty('NanoCpus');
    expect(body).not.toHaveProperty('Entrypoint');
    expect(createBody({ ...SPEC, entrypoint: ['e'], workingDirectory: '/w' })).toMatchObject({ Entrypoint: ['e'], WorkingDir: '/w' });
  });

  it('joins networks by their kind, limits a log that is kept, and closes what has no stdin', () => {
    const body = createBody({ ...SPEC, network: { kind: 'named', name: 'n' }, logDriver: 'local', stdin: false, securityOptions: ['seccomp={}'] });
    expect(body).toMatchObject({ OpenStdin: false, StdinOnce: false, HostConfig: { NetworkMode: 'n', LogConfig: { Type: 'local', Config: { 'max-size': '1m' } }, SecurityOpt: ['no-new-privileges', 'seccomp={}'] } });
  });
});
