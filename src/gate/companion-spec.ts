import type { ContainerSpec } from '../domain/container-engine.ts';
import { parseMemory } from '../domain/limits.ts';
import { smallContainer } from '../domain/small-container.ts';
import type { Companion } from '../domain/package.ts';

const PIDS = 256;
const NANO_CPUS = 1e9;
/** Beside what the package names: many programs want to write there. */
const TMP = { '/tmp': 'rw,nosuid,nodev,noexec,size=64m,mode=1777' };

/** A companion's container: the profile of a server, but with what its package names, on the private network of one gate run. */
export function companionSpec(companion: Companion, image: string, run: { readonly name: string; readonly network: string; readonly labels: ContainerSpec['labels'] }): ContainerSpec {
  return smallContainer({
    name: run.name,
    image,
    command: companion.command,
    environment: companion.environment,
    labels: run.labels,
    user: companion.user,
    mounts: [],
    tmpfs: { ...TMP, ...companion.tmpfs },
    network: { kind: 'named', name: run.network },
    memoryBytes: parseMemory(companion.memory),
    nanoCpus: NANO_CPUS,
    pids: PIDS,
  });
}
