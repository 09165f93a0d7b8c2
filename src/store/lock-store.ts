import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { sha256 } from '../domain/fingerprint.ts';
import type { Lock, LockEntry } from '../domain/lock.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ProcessTable } from '../domain/run-directory.ts';
import type { LockStore } from '../domain/stores.ts';
import type { FileEditor } from './edit-file.ts';
import { takeSnapshot, type FileSnapshot } from './file-snapshot.ts';
import { fault, jsonError, nodeAt, parseJsonFile, valueOf } from './json-document.ts';
import { isThere, lockFolder, prepareDependencies, readDependencies, removeDependencies, settleDependencies } from './lock-files.ts';
import { parseLock, ShapeError } from './schema.ts';
import { sortedJson } from './sorted-json.ts';

const VERSION = 1;
const EMPTY = { version: VERSION, servers: {} };

/** `mcp.lock.json` and `mcp.lock.d`, beside the manifest: committed, so read from strangers by a strict grammar. */
export function createLockStore({ editor, processes }: { readonly editor: FileEditor; readonly processes: ProcessTable }): LockStore {
  /** Of all servers of a manifest in turn, each reads it: what has the same bytes at the same place is not understood anew. */
  let last: { readonly path: string; readonly bytes: Uint8Array; readonly lock: Lock } | undefined;
  const lockOf = (location: ManifestLocation, { content }: FileSnapshot): Lock => {
    if (content === undefined) return parseLock(EMPTY);
    const [path, { bytes }] = [lockPath(location), content];
    if (last?.path !== path || Buffer.compare(bytes, last.bytes) !== 0) last = { path, bytes, lock: understand(path, bytes) };
    return last.lock;
  };
  return {
    async read(location) {
      return lockOf(location, takeSnapshot(lockPath(location)));
    },
    async write(location, name, value) {
      const path = lockPath(location);
      if (value === undefined && takeSnapshot(path).content === undefined) return;
      if (value !== undefined && sha256(value.dependencies) !== value.entry.dependencies.sha256) throw new Error(`the dependency lock of ${name} is not the one that its entry names`);
      const folder = lockFolder(location.folder);
      await editor.edit(path, 0o644, (found) => {
        const lock = lockOf(location, found);
        const { [name]: _, ...others } = lock.servers;
        const servers = value === undefined ? others : { ...others, [name]: value.entry };
        const text = sortedJson(parseLock({ ...lock, servers }));
        if (value !== undefined) prepareDependencies(folder, value.entry.dependencies.file, value.dependencies, processes.self());
        return {
          change: Object.keys(servers).length === 0 ? 'delete' as const : Buffer.from(text),
          result: undefined,
          afterwards() {
            if (value !== undefined) settleDependencies(folder, value.entry.dependencies.file, value.entry.dependencies.sha256);
            removeDependencies(folder, name, value?.entry.dependencies.file, processes);
          },
        };
      });
    },
    async readDependencies(location, entry: LockEntry) {
      const { file, sha256: hash } = entry.dependencies;
      const folder = lockFolder(location.folder);
      const content = readDependencies(folder, file, hash);
      if (content !== undefined || !isThere(folder, file)) return content;
      throw new CcMcpError('LOCK_INVALID', `${join(folder.path, file)} is not what mcp.lock.json names (its SHA-256 differs)`, {
        suggestions: ['Restore both from version control, or install the server anew'], details: { path: join(folder.path, file), sha256: hash },
      });
    },
  };
}

function lockPath({ folder }: ManifestLocation): string {
  const path = join(folder, 'mcp.lock.json');
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new CcMcpError('LOCK_INVALID', `${path} is a symbolic link, and a lock stays in its folder`, { suggestions: [`Remove ${path}`], details: { path } });
  }
  return path;
}

function understand(path: string, bytes: Uint8Array): Lock {
  const document = parseJsonFile(path, bytes, 'LOCK_INVALID');
  const value = valueOf(document.root);
  refuseNewer(path, value);
  try {
    return parseLock(value);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw jsonError(path, 'LOCK_INVALID', fault(document.text, nodeAt(document.root, error.path)?.offset ?? 0, error.message), [
      'Restore it from version control', 'or update cc-mcp, if a newer one wrote it',
    ]);
  }
}

/** What a later format says is not guessed at: a part that is not understood may be what makes it safe. Older formats are read for ever. */
function refuseNewer(path: string, value: unknown): void {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version !== 'number' || version <= VERSION) return;
  throw new CcMcpError('LOCK_INVALID', `${path} was written by a newer cc-mcp: its format is ${version}, and this one knows ${VERSION}`, {
    suggestions: ['npm install --global cc-mcp@latest'], details: { path, version, understood: VERSION },
  });
}
