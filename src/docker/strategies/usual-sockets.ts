import { join } from 'node:path';
import type { EngineStrategy, Offer, Place, Surroundings } from './engine-strategy.ts';

/** Where engines listen when nobody says otherwise, in the order of preference. */
export const usualSocketsStrategy: EngineStrategy = {
  name: 'usual sockets',
  offer: async (surroundings): Promise<Offer> => ({ kind: 'places', places: places(surroundings) }),
};

function places({ environment, platform, uid, homeFolder }: Surroundings): readonly Place[] {
  const runtime = environment['XDG_RUNTIME_DIR'] || (platform === 'linux' ? `/run/user/${uid}` : undefined);
  const configuration = environment['XDG_CONFIG_HOME'] || join(homeFolder, '.config');
  const machine = join(homeFolder, '.local/share/containers/podman/machine');
  const all: readonly (readonly [name: string, path: string | undefined])[] = [
    ['Docker', '/var/run/docker.sock'],
    ['rootless Docker', runtime && join(runtime, 'docker.sock')],
    ['Docker Desktop', join(homeFolder, '.docker/run/docker.sock')],
    ['Docker Desktop', join(homeFolder, '.docker/desktop/docker.sock')],
    ['Colima', environment['COLIMA_HOME'] && join(environment['COLIMA_HOME'], 'default/docker.sock')],
    ['Colima', join(homeFolder, '.colima/default/docker.sock')],
    ['Colima', join(configuration, 'colima/default/docker.sock')],
    ['OrbStack', join(homeFolder, '.orbstack/run/docker.sock')],
    ['Rancher Desktop', join(homeFolder, '.rd/docker.sock')],
    ['rootless Podman', runtime && join(runtime, 'podman/podman.sock')],
    ['Podman', '/run/podman/podman.sock'],
    ['Podman machine', environment['TMPDIR'] && join(environment['TMPDIR'], 'podman/podman-machine-default-api.sock')],
    ['Podman machine', join(machine, 'podman.sock')],
    ['Podman machine', join(machine, 'qemu/podman.sock')],
  ];
  return all.flatMap(([name, path]) => (path === undefined || path === '' ? [] : [{ name, address: { kind: 'unix', path } }]));
}
