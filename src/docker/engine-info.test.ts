import { describe, expect, it } from 'vitest';
import { engineInfo } from './engine-info.ts';

const DOCKER = { ID: 'ABCD', NCPU: 2, MemTotal: 1000, SecurityOptions: ['name=seccomp,profile=default'], CgroupVersion: '2', CgroupDriver: 'systemd', Architecture: 'x86_64', OperatingSystem: 'Debian', Name: 'host', DockerRootDir: '/var/lib/docker' };
const VERSION = { Version: '20.10.24', ApiVersion: '1.41', Components: [{ Name: 'Engine' }] };

describe('engineInfo', () => {
  it('reads an ordinary engine', () => {
    expect(engineInfo(DOCKER, VERSION, 'linux')).toEqual({
      kind: 'docker', id: 'ABCD', version: '20.10.24', apiVersion: '1.41', cpus: 2, memoryBytes: 1000, rootless: false, usernsRemap: false, virtualMachine: false, cgroupVersion: 2,
      cgroupDriver: 'systemd', seccomp: true, architecture: 'x86_64', operatingSystem: 'Debian', dataFolder: '/var/lib/docker',
    });
  });

  it('tells rootless and userns-remap', () => {
    const options = (...SecurityOptions: string[]) => engineInfo({ ...DOCKER, SecurityOptions }, VERSION, 'linux');
    expect(options('name=rootless')).toMatchObject({ rootless: true, usernsRemap: false, seccomp: false });
    expect(options('name=userns', 'name=seccomp,profile=builtin')).toMatchObject({ rootless: false, usernsRemap: true, seccomp: true });
  });

  it.each([{ OperatingSystem: 'Docker Desktop' }, { OperatingSystem: 'OrbStack' }, { Name: 'colima' }, { Name: 'lima-rancher-desktop' }])('tells an engine in a VM by %j', (changes) => {
    expect(engineInfo({ ...DOCKER, ...changes }, VERSION, 'linux').virtualMachine).toBe(true);
  });

  it('takes every engine of a Mac for one in a VM', () => {
    expect(engineInfo(DOCKER, VERSION, 'darwin').virtualMachine).toBe(true);
  });

  it('gives Podman, whose id changes with each answer, one that stays', () => {
    const version = { ...VERSION, Components: [{ Name: 'Podman Engine' }] };
    const [first, second] = ['one', 'two'].map((ID) => engineInfo({ ...DOCKER, ID }, version, 'linux'));
    expect(first?.kind).toBe('podman');
    expect(first?.id).toBe(second?.id);
  });
});
