import { sha256 } from '../domain/fingerprint.ts';
import type { CcMcpError } from '../domain/errors.ts';
import type { DockerServer, Manifest, ManifestLocation, ManifestServer } from '../domain/manifest.ts';
import type { ManifestSearch, ManifestStore } from '../domain/stores.ts';
import { refuseForeign, refuseForeignFile } from './file-access.ts';
import { takeSnapshot, type FileSnapshot } from './file-snapshot.ts';
import { createdObjects, missingObjects, removeEntry } from './created-objects.ts';
import type { Decision, FileChange } from './edit-file.ts';
import type { HomeFiles } from './home-files.ts';
import { fault, jsonError, nodeAt, parseJsonFile, propertiesOf, valueOf, type JsonDocument } from './json-document.ts';
import { encodeJson, RawJson, setProperty, textAt } from './json-edits.ts';
import { editServer } from './manifest-edits.ts';
import { readEntry } from './manifest-entry.ts';
import { keyOf, locateManifest, locationOf } from './manifest-location.ts';
import { ShapeError } from './schema.ts';

export interface ManifestStoreOptions {
  readonly files: HomeFiles;
  readonly uid: number;
  /** The id of a manifest, made when it has none. */
  readonly idOf: (location: Omit<ManifestLocation, 'id'>) => Promise<string>;
}

const NEW_FILE = Buffer.from('{\n  "mcpServers": {}\n}\n');
/** Others may read a manifest: it is committed, and holds no secret. */
const NEW_FILE_MODE = 0o644;

export interface FileManifestStore extends ManifestStore {
  /** A manifest that the home already knows. */
  locationOf(id: string, path: string): Promise<ManifestLocation>;
}

export function createManifestStore({ files, uid, idOf }: ManifestStoreOptions): FileManifestStore {
  const { home, editor } = files;
  const created = createdObjects(files);
  const checked = (location: Omit<ManifestLocation, 'id'>): Omit<ManifestLocation, 'id'> => {
    refuseForeign(location.path, uid);
    return location;
  };
  return {
    async locate(search: ManifestSearch) {
      const location = checked(locateManifest(search, home.folder));
      return { ...location, id: await idOf(location) };
    },
    async locationOf(id, path) {
      return { ...checked(locationOf(path, home.folder)), id };
    },
    async read(location) {
      const { content } = takeSnapshot(location.path);
      if (content === undefined) return { location, servers: new Map(), contentHash: sha256('') };
      refuseForeignFile(location.path, content.stat, uid);
      return manifestOf(location, content.bytes);
    },
    async writeServer(location, name, server) {
      if (location.scope === 'global') home.makeFolder();
      else if (server === undefined && takeSnapshot(location.path).content === undefined) return;
      const key = keyOf(location.path);
      const ours = await created.in(key);
      const { made, gone } = await editor.edit(location.path, NEW_FILE_MODE, (found) => changed(location, found, { name, server, uid, ours }));
      await created.add(key, made);
      await created.remove(key, gone);
    },
    async entryText(location, name) {
      const { content } = takeSnapshot(location.path);
      return content === undefined ? undefined : textAt(parseJsonFile(location.path, content.bytes, 'MANIFEST_INVALID'), ['mcpServers', name]);
    },
    async restoreEntry(location, name, text) {
      await editor.edit(location.path, NEW_FILE_MODE, ({ content }) => {
        if (content !== undefined) refuseForeignFile(location.path, content.stat, uid);
        const document = parseJsonFile(location.path, content?.bytes ?? NEW_FILE, 'MANIFEST_INVALID');
        const restored = setProperty(document, ['mcpServers', name], new RawJson(text), { path: location.path, code: 'MANIFEST_INVALID' });
        return { change: changeTo(restored, document), result: undefined };
      });
    },
  };
}

interface Change {
  readonly name: string;
  readonly server: DockerServer | undefined;
  readonly uid: number;
  /** What of the file was made by us. */
  readonly ours: readonly string[];
}

function changed(location: ManifestLocation, { content }: FileSnapshot, { name, server, uid, ours }: Change): Decision<{ readonly made: readonly string[]; readonly gone: readonly string[] }> {
  if (content !== undefined) refuseForeignFile(location.path, content.stat, uid);
  if (content === undefined && server === undefined) return { change: 'keep', result: { made: [], gone: [] } };
  const document = parseJsonFile(location.path, content?.bytes ?? NEW_FILE, 'MANIFEST_INVALID');
  return withShape(location, document, () => {
    checkShape(location, document);
    const path = ['mcpServers', name];
    if (server === undefined) {
      const { rest, gone } = removeEntry(document, path, ours);
      return { change: rest === undefined ? 'delete' : changeTo(rest, document), result: { made: [], gone } };
    }
    const made = missingObjects(content === undefined ? undefined : document, path);
    const result = editServer(document, name, server, { path: location.path, code: 'MANIFEST_INVALID' });
    return { change: content === undefined ? encodeJson(result) : changeTo(result, document), result: { made, gone: [] } };
  });
}

function changeTo(result: JsonDocument, before: JsonDocument): FileChange {
  return result.text === before.text ? 'keep' : encodeJson(result);
}

function manifestOf(location: ManifestLocation, bytes: Uint8Array): Manifest {
  const document = parseJsonFile(location.path, bytes, 'MANIFEST_INVALID');
  const servers = withShape(location, document, () => {
    checkShape(location, document);
    const node = nodeAt(document.root, ['mcpServers']);
    const entries = node === undefined ? [] : propertiesOf(node);
    return new Map<string, ManifestServer>(entries.map(({ key, value }) => [key, readEntry(valueOf(value) as Readonly<Record<string, unknown>>, ['mcpServers', key])]));
  });
  return { location, servers, contentHash: sha256(bytes) };
}

/** Every entry an object, and every name once: which of two counts would depend on who reads the file. */
function checkShape(location: ManifestLocation, document: JsonDocument): void {
  const { root } = document;
  if (root.type !== 'object') throw invalid(location, document, root.offset, 'the file is not an object');
  const servers = nodeAt(root, ['mcpServers']);
  if (servers === undefined) return;
  if (servers.type !== 'object') throw new ShapeError(['mcpServers'], 'expected an object');
  const seen = new Set<string>();
  for (const { key, node, value } of propertiesOf(servers)) {
    if (value.type !== 'object') throw new ShapeError(['mcpServers', key], 'expected an object');
    if (seen.has(key)) throw invalid(location, document, node.offset, `mcpServers has two entries named ${JSON.stringify(key)}`);
    seen.add(key);
  }
}

/** Says where in the file a wrong type stands. */
function withShape<Result>(location: ManifestLocation, document: JsonDocument, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    let { root: node } = document;
    for (const key of error.path) {
      const next = node.type === 'array' ? node.children?.[Number(key)] : nodeAt(node, [key]);
      if (next === undefined) break;
      node = next;
    }
    throw invalid(location, document, node.offset, error.message);
  }
}

function invalid(location: ManifestLocation, document: JsonDocument, offset: number, message: string): CcMcpError {
  return jsonError(location.path, 'MANIFEST_INVALID', fault(document.text, offset, message), [`Correct it in ${location.path}`]);
}
