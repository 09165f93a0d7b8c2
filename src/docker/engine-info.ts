import type { EngineInfo } from '../domain/container-engine.ts';
import { listAt, numberAt, textAt, textsAt, flagAt } from './json-fields.ts';

/** What the answers to `/info` and `/version` say together. */
export function engineInfo(info: unknown, version: unknown, platform: 'linux' | 'darwin'): EngineInfo {
  const podman = isPodman(version);
  const security = textsAt(info, 'SecurityOptions').map((option) => option.split(',')[0]);
  return {
    kind: podman ? 'podman' : 'docker',
    // Podman makes a new id for each answer.
    id: podman ? `podman:${textAt(info, 'Name')}:${textAt(info, 'DockerRootDir')}` : textAt(info, 'ID'),
    version: textAt(version, 'Version') || textAt(info, 'ServerVersion'),
    apiVersion: textAt(version, 'ApiVersion'),
    cpus: numberAt(info, 'NCPU'),
    memoryBytes: numberAt(info, 'MemTotal'),
    rootless: security.includes('name=rootless') || flagAt(info, 'Rootless'),
    usernsRemap: security.includes('name=userns'),
    virtualMachine: platform === 'darwin' || isVirtual(textAt(info, 'OperatingSystem'), textAt(info, 'Name')),
    cgroupVersion: textAt(info, 'CgroupVersion') === '2' ? 2 : 1,
    cgroupDriver: textAt(info, 'CgroupDriver'),
    seccomp: security.includes('name=seccomp'),
    architecture: textAt(info, 'Architecture'),
    operatingSystem: textAt(info, 'OperatingSystem'),
    dataFolder: textAt(info, 'DockerRootDir'),
  };
}

export function isPodman(version: unknown): boolean {
  return listAt(version, 'Components').some((component) => textAt(component, 'Name').startsWith('Podman'));
}

function isVirtual(operatingSystem: string, host: string): boolean {
  return /docker desktop|orbstack|rancher desktop/i.test(operatingSystem) || /^(?:docker-desktop|colima|lima-|orbstack|rancher-desktop|podman-machine)/i.test(host);
}
