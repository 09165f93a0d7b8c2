import { CcMcpError } from '../../domain/errors.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { planHash } from '../../domain/plan-hash.ts';
import type { ServerValues } from '../../domain/stores.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';
import { allowProject } from './granted-project.ts';
import { keepNeighbours } from '../keep-neighbours.ts';
import { writeRecipe } from '../write-recipe.ts';

export interface InstallCommit {
  readonly location: ManifestLocation;
  readonly name: string;
  readonly server: DockerServer;
  readonly values: ServerValues;
  readonly plan: EffectivePlan;
  readonly entry: LockEntry;
  readonly dependencies: string;
  readonly imageId: string;
  readonly project: OpenedProject | undefined;
  /** JSON text of the external entry whose place it takes. */
  readonly replaced?: string;
}

/**
 * Makes an installation true. The manifest is written last but for what only speeds `run` up: until it names the server, the next
 * command takes the rest back (recover-installs.ts); once it does, everything that it needs is there.
 */
export async function commitInstall(ports: ServerPorts, engine: ConnectedEngine, commit: InstallCommit): Promise<void> {
  const { location, name, plan, entry } = commit;
  const key = { manifestId: location.id, server: name };
  await ports.secrets.write(key, commit.values);
  await keepNeighbours(ports, location, name, () => writeAll(ports, engine, commit));
  await writeRecipe(ports, engine, { location, name, plan, entry, enabled: false });
  await ports.launcher.repair();
}

async function writeAll(ports: ServerPorts, engine: ConnectedEngine, commit: InstallCommit): Promise<void> {
  const { location, name, plan, entry } = commit;
  const key = { manifestId: location.id, server: name };
  await ports.locks.write(location, name, { entry, dependencies: commit.dependencies });
  await ports.state.writeServer(key, {
    imageId: commit.imageId, recipe: entry.recipe, enabled: false, clients: [], changedTools: [], installedAt: new Date(ports.clock.now()).toISOString(),
    engine: { address: engine.address, id: engine.info.id, kind: engine.info.kind },
  });
  await ports.approvals.write(key, { plan, hash: planHash(plan), at: new Date(ports.clock.now()).toISOString() });
  await allowProject(ports, key, commit.server, commit.project);
  if (commit.replaced !== undefined) {
    if ((await ports.manifests.entryText(location, name)) !== commit.replaced) {
      throw new CcMcpError('CONFLICT', `The entry of ${name} in ${location.path} was changed meanwhile`, { suggestions: [`cc-mcp enable ${name} --mode docker   looks at it again`] });
    }
    await ports.replacedEntries.write(key, commit.replaced);
  }
  await ports.manifests.writeServer(location, name, commit.server);
}
