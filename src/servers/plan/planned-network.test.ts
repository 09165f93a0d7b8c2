import { expect, test } from 'vitest';
import type { EngineInfo } from '../../domain/container-engine.ts';
import { NO_PERMISSIONS } from '../../domain/manifest.ts';
import { plannedNetwork } from './planned-network.ts';

const INFO: EngineInfo = {
  kind: 'docker', id: 'x', version: '20.10.24', apiVersion: '1.41', cpus: 2, memoryBytes: 1024 ** 3, rootless: false, usernsRemap: false, virtualMachine: false, cgroupVersion: 2, cgroupDriver: 'systemd',
  seccomp: true, architecture: 'x86_64', operatingSystem: 'Debian', dataFolder: '/var/lib/docker',
};
const UNIX = { kind: 'unix', path: '/var/run/docker.sock' } as const;
const asks = (net: boolean | readonly string[]): { readonly permissions: typeof NO_PERMISSIONS } => ({ permissions: { ...NO_PERMISSIONS, net } });

test('ports of this machine are a network of their own, each once and in order', () => {
  expect(plannedNetwork(asks(['localhost:6379', 'localhost:5432', 'LOCALHOST:6379']), { info: INFO, address: UNIX })).toEqual({ kind: 'localhost', ports: [5432, 6379] });
  expect(plannedNetwork(asks([]), { info: INFO, address: UNIX })).toEqual({ kind: 'none' });
  expect(plannedNetwork({ ...asks(['localhost:1']), network: 'db' }, { info: INFO, address: UNIX })).toEqual({ kind: 'named', name: 'db' });
});

test.each([
  [{ virtualMachine: true }, UNIX, 'virtual machine'], [{ rootless: true }, UNIX, 'rootless'], [{ usernsRemap: true }, UNIX, 'userns-remap'], [{ kind: 'podman' as const }, UNIX, 'still reaches the host'],
  [{}, { kind: 'tcp', host: 'h', port: 2376 } as const, 'another machine'],
])('%j at %j is refused in one line', (part, address, words) => {
  expect(() => plannedNetwork(asks(['localhost:5432']), { info: { ...INFO, ...part }, address })).toThrow(words);
});

test('any other host is refused, also beside one that could be granted', () => {
  for (const net of [['db.internal:5432'], ['localhost:5432', '*.example.com'], ['localhost']]) expect(() => plannedNetwork(asks(net), { info: INFO, address: UNIX })).toThrow('knows only localhost:PORT');
});
