import { posix } from 'node:path';
import type { ManifestLocation } from '../../domain/manifest.ts';
import type { Reference } from '../../domain/reference.ts';
import { isBelow } from '../../domain/refused-paths.ts';
import type { InstallPorts } from '../ports.ts';
import { checkedFolder } from './open-source.ts';

/** A folder as the manifest keeps it: relative to its own when it lies in it, else absolute. Other references stay as they are. */
export async function placedReference(ports: Pick<InstallPorts, 'host' | 'hostFiles'>, reference: Reference, { location, workingFolder }: { readonly location: ManifestLocation; readonly workingFolder: string }): Promise<Reference> {
  if (reference.kind !== 'local') return reference;
  const typed = reference.package.replace(/^~(?=\/|$)/, ports.host.homeFolder);
  const real = await checkedFolder(ports, location, posix.resolve(workingFolder, typed));
  const folder = (await ports.hostFiles.inspect(location.folder))?.realPath ?? location.folder;
  if (location.scope === 'global' || (real !== folder && !isBelow(real, folder))) return { kind: 'local', package: real };
  return { kind: 'local', package: real === folder ? '.' : `./${posix.relative(folder, real)}` };
}
