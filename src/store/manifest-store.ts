import { sha256 } from '../domain/fingerprint.ts';
import type { CcMcpError } from '../domain/errors.ts';
import type { DockerServer, Manifest, ManifestLocation, ManifestServer } from '../domain/manifest.ts';
import type { ManifestSearch, ManifestStore } from '../domain/stores.ts';
import { refuseForeign, refuseForeignFile } from './file-access.ts';
import { takeSnapshot, type FileSnapshot } from './file-snapshot.ts';
import type { FileEditor } from './edit-file.ts';
import type { Home } from './home.ts';
import { fault, jsonError, nodeAt, parseJsonFile, propertiesOf, valueOf, type JsonDocument } from './json-document.ts';
import { encodeJson } from './json-edits.ts';
import { editServer } from './manifest-edits.ts';
import { readEntry } from './manifest-entry.ts';
import { locateManifest, locationOf } from './manifest-location.ts';
import { parseServers, ShapeError } from './schema.ts';

export interface ManifestStoreOptions {
  readonly home: Home;
  readonly editor: FileEditor;
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

export function createManifestStore({ home, editor, uid, idOf }: ManifestStoreOptions): FileManifestStore {
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
      await editor.edit(location.path, NEW_FILE_MODE, (found) => ({ change: changed(location, found, name, server, uid), result: undefined }));
    },
  };
}

function changed(location: ManifestLocation, { content }: FileSnapshot, name: string, server: DockerServer | undefined, uid: number): Uint8Array | 'keep' {
  if (content === undefined && server === undefined) return 'keep';
  if (content !== undefined) refuseForeignFile(location.path, content.stat, uid);
  const document = parseJsonFile(location.path, content?.bytes ?? NEW_FILE, 'MANIFEST_INVALID');
  const result = withShape(location, document, () => {
    checkShape(location, document);
    return editServer(document, name, server, { path: location.path, code: 'MANIFEST_INVALID' });
  });
  return result.text === document.text && content !== undefined ? 'keep' : encodeJson(result);
}

function manifestOf(location: ManifestLocation, bytes: Uint8Array): Manifest {
  const document = parseJsonFile(location.path, bytes, 'MANIFEST_INVALID');
  const servers = withShape(location, document, () => {
    checkShape(location, document);
    const node = nodeAt(document.root, ['mcpServers']);
    return new Map<string, ManifestServer>(propertiesOf(node ?? document.root).flatMap(({ key, value }) =>
      node === undefined ? [] : [[key, readEntry(valueOf(value) as Readonly<Record<string, unknown>>, ['mcpServers', key])]]));
  });
  return { location, servers, contentHash: sha256(bytes) };
}

/** Every entry an object, and every name once: which of two counts would depend on who reads the file. */
function checkShape(location: ManifestLocation, document: JsonDocument): void {
  parseServers(valueOf(document.root));
  const seen = new Set<string>();
  const names = nodeAt(document.root, ['mcpServers']);
  for (const { key, node, value } of names === undefined ? [] : propertiesOf(names)) {
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
