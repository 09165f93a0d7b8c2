import { LABEL } from '../domain/container-engine.ts';
import { linkOfLabels } from '../domain/container-labels.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import { keepImage, releaseInterrupted } from './install/image-tags.ts';
import type { HomePorts, ServerPorts } from './ports.ts';

/**
 * Takes back what a command left that died in the middle: its containers, network and image, and of a commit that did not reach
 * the manifest all that it wrote. Runs at the start of the next command; what the engine cannot do now is left for the one after.
 */
export async function recover(ports: ServerPorts & Pick<HomePorts, 'locationOf'>, signal?: AbortSignal): Promise<number> {
  const abandoned = await ports.journal.abandoned();
  let recovered = 0;
  for (const entry of abandoned) {
    try {
      const engine = await ports.engine.connect(signal);
      const labels = { [LABEL.home]: await ports.state.homeId(), [LABEL.token]: entry.token };
      for (const { id } of await engine.containers.list(labels, signal)) await engine.containers.remove(id, signal);
      for (const { name } of await engine.containers.listNetworks(labels, signal)) await engine.containers.removeNetwork(name, signal);
      const volumes = await engine.containers.listVolumes(labels, signal);
      for (const volume of volumes) if (linkOfLabels(volume.labels) !== undefined) await engine.containers.removeVolume(volume.name, signal);
      const location = await ports.locationOf(entry.manifestId, entry.manifestPath);
      const listed = (await ports.manifests.read(location)).servers.get(entry.server);
      const installed = await ports.state.readServer({ manifestId: location.id, server: entry.server });
      if (entry.operation === 'install' && listed?.mode === 'docker' && installed !== undefined) {
        const [userTag, ...tried] = entry.images;
        if (userTag !== undefined) await keepImage(engine, installed.imageId, { userTag, shownTag: listed.image }, signal);
        for (const tag of tried) await releaseInterrupted(engine, tag, signal);
      } else if (entry.operation === 'install' && listed?.mode !== 'docker') {
        for (const tag of entry.images) await releaseInterrupted(engine, tag, signal);
        if (entry.committing) await takeBack(ports, location, entry.server);
        for (const { name } of volumes) await engine.containers.removeVolume(name, signal);
      }
      await ports.journal.forget(entry.id);
      recovered += 1;
    } catch (error) {
      if (!(error instanceof CcMcpError)) throw error;
      ports.progress.report({ type: 'warning', text: `An interrupted ${entry.operation} of ${entry.server} is not cleaned up yet: ${error.message}` });
    }
  }
  return recovered;
}

async function takeBack(ports: ServerPorts, location: ManifestLocation, name: string): Promise<void> {
  const key = { manifestId: location.id, server: name };
  await ports.recipes.remove(location.path, name);
  await ports.approvals.write(key, undefined);
  await ports.state.writeServer(key, undefined);
  await ports.locks.write(location, name, undefined);
  await ports.secrets.write(key, undefined);
  await ports.replacedEntries.write(key, undefined);
}
