import { access } from 'node:fs/promises';
import type { ContainerSpec, EngineAddress, EngineInfo } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { textAt } from './json-fields.ts';

const LEAST_MEMORY = 6 * 1024 ** 2;

/** Podman creates what can never start: what Docker says no to is refused here. */
export async function refuseUnstartable(spec: ContainerSpec, info: EngineInfo, address: EngineAddress): Promise<void> {
  const { name, nanoCpus, memoryBytes, mounts } = spec;
  const refused = (reason: string): CcMcpError => new CcMcpError('INVALID_VALUE', `Could not create container ${name}: ${reason}`);
  if (nanoCpus !== null && nanoCpus > info.cpus * 1e9) throw refused(`there are only ${info.cpus} CPUs`);
  if (memoryBytes < LEAST_MEMORY) throw refused('a container needs at least 6 MiB of memory');
  // Elsewhere the folders are not this machine's.
  if (address.kind !== 'unix' || info.virtualMachine) return;
  for (const mount of mounts) if (mount.kind === 'bind' && !(await isThere(mount.source))) throw refused(`the source of a mount does not exist: ${mount.source}`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    // What this user may not see, the engine may.
    return textAt(error, 'code') === 'EACCES';
  }
}
