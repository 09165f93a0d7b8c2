import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { canonicalJson } from '../domain/fingerprint.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';

type NeighbourPorts = Pick<ServerPorts, 'manifests' | 'locks' | 'recipes' | 'hashFile'>;

/** What recipes are made from: the text of one moment, with what it says of each server. */
interface Inputs {
  readonly hashes: Readonly<Record<string, string | null>>;
  /** Canonical JSON of a server's own entries in both files. */
  readonly entries: ReadonlyMap<string, string>;
}

/**
 * Does `work`, which writes one server's entries, and lets the recipes of the other servers of the manifest stay valid. A recipe that
 * was made from the files as they were before goes on only where the files as they are after say the same of its server: what
 * somebody else wrote meanwhile, or before, makes `run` look at everything anew.
 */
export async function keepNeighbours<T>(ports: NeighbourPorts, location: ManifestLocation, name: string, work: () => Promise<T>): Promise<T> {
  const before = await readInputs(ports, location);
  const result = await work();
  const after = before === undefined ? undefined : await readInputs(ports, location);
  if (before === undefined || after === undefined) return result;
  for (const [server, entry] of before.entries) {
    if (server === name || after.entries.get(server) !== entry) continue;
    await ports.recipes.update(location.path, server, (recipe) => {
      const fits = Object.entries(before.hashes).every(([path, hash]) => recipe.inputs[path] === hash);
      return fits ? { ...recipe, inputs: { ...recipe.inputs, ...after.hashes } } : undefined;
    });
  }
  return result;
}

/** Undefined where somebody writes at the same time, or wrote what cannot be read: then nothing is known of one moment. */
async function readInputs(ports: NeighbourPorts, location: ManifestLocation): Promise<Inputs | undefined> {
  try {
    return await inputsOf(ports, location);
  } catch (error) {
    // It is the business of `work`, before or after this, to say what is wrong with a file.
    if (error instanceof CcMcpError) return undefined;
    throw error;
  }
}

async function inputsOf(ports: NeighbourPorts, location: ManifestLocation): Promise<Inputs | undefined> {
  const lockPath = join(location.folder, 'mcp.lock.json');
  const lockHash = await ports.hashFile(lockPath);
  const manifest = await ports.manifests.read(location);
  const { servers } = await ports.locks.read(location);
  if ((await ports.hashFile(lockPath)) !== lockHash || (await ports.hashFile(location.path)) !== manifest.contentHash) return undefined;
  return {
    hashes: { [location.path]: manifest.contentHash, [lockPath]: lockHash },
    entries: new Map([...manifest.servers].map(([server, entry]) => [server, canonicalJson([entry, servers[server] ?? null])])),
  };
}
