import { NO_PERMISSIONS, type DockerServer } from '../../src/domain/manifest.ts';
import { sha256 } from '../../src/domain/fingerprint.ts';
import type { LockEntry } from '../../src/domain/lock.ts';
import { createClientFiles } from '../../src/store/client-files.ts';
import { createLockStore } from '../../src/store/lock-store.ts';
import { clock, processes, storesIn } from './files-fixture.ts';

/* A process that writes: started by the tests beside it, several at once, and killed at any moment. */

const [, , task = '', folder = '', name = '', count = '0'] = process.argv;
const { files, manifests, state } = storesIn(folder);
const location = await manifests.locate({ path: `${folder}/mcp.json`, workingFolder: folder, environment: {}, forRun: false });
const locks = createLockStore({ editor: files.editor, processes });

function serverOf(generation: string): DockerServer {
  return { mode: 'docker', image: generation, volumes: {}, environment: {}, limits: {}, arguments: [generation], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false };
}

function lockEntryOf(server: string, dependencies: string): LockEntry {
  return {
    source: { type: 'npm', package: 'p', version: dependencies.slice(0, 20), overrides: [], bin: 'p' }, dependencies: { file: `${server}.package-lock.json`, sha256: sha256(dependencies) },
    base: { image: 'i', digest: 'd' }, template: { name: 'node', version: '1' }, systemPackages: [], entrypoint: [], scripts: false, recipe: sha256(''),
    proven: { era: 'legacy', protocolVersion: '', serverVersion: '', tools: {}, at: '', by: '' },
  };
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** An entry after the other, in every file that is shared. */
  async add() {
    const clients = createClientFiles({ files, clock, launcher: '/launcher', homeFolder: folder, environment: {} });
    for (let index = 0; index < Number(count); index += 1) {
      const server = `${name}-${index}`;
      await manifests.writeServer(location, server, serverOf(server));
      await locks.write(location, server, { entry: lockEntryOf(server, server), dependencies: server });
      await state.writeServer({ manifestId: location.id, server }, {
        imageId: server, recipe: '', engine: { address: { kind: 'unix', path: '/x' }, id: '', kind: 'docker' }, enabled: false, clients: [], changedTools: [], installedAt: '',
      });
      await clients.add(location, server);
    }
  },
  /** One entry, and two files of a lock, again and again: each generation names itself in every place. */
  async rewrite() {
    for (let index = 0; ; index += 1) {
      const generation = `${name}.${index}`;
      await manifests.writeServer(location, 'a', serverOf(generation));
      const dependencies = generation.padEnd(100_000, '.');
      await locks.write(location, 'a', { entry: lockEntryOf('a', dependencies), dependencies });
      if (index === 0) process.send?.('writing');
    }
  },
  /** Has the lock of the manifest, and keeps it. */
  async hold() {
    await files.editor.edit(location.path, 0o644, () => {
      process.send?.('holding');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
      return { change: 'keep', result: undefined };
    });
  },
};

await tasks[task]?.();
process.disconnect?.();
