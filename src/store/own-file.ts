import { dirname, relative } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { takeSnapshot } from './file-snapshot.ts';
import type { HomeFiles } from './home-files.ts';
import { isFault, readJson, valueOf } from './json-document.ts';
import { parseVersion, ShapeError } from './schema.ts';
import { setAside } from './set-aside.ts';

export interface OwnFileShape<Value> {
  readonly version: number;
  readonly parse: (input: unknown) => Value;
  readonly empty: () => Value;
  /** Of a file that is broken: what can still be used. */
  readonly salvage?: (input: unknown) => Value;
}

type Reading<Value> = { readonly kind: 'sound' | 'newer'; readonly value: Value } | { readonly kind: 'broken'; readonly value: Value; readonly reason: string };

const OWNER_ONLY = 0o600;

/**
 * A JSON file that cc-mcp alone writes, but people edit, disks cut and newer versions leave behind. Broken: set aside under another
 * name, said, and begun anew. From a newer version: read as far as it is understood, never written.
 */
export class OwnFile<Value extends { readonly version: number }> {
  readonly path: string;
  readonly #files: HomeFiles;
  readonly #shape: OwnFileShape<Value>;
  /** A command reads the same file again and again: what has the same bytes is not understood anew. */
  #last: { readonly bytes: Uint8Array; readonly reading: Reading<Value> } | undefined;

  constructor(path: string, files: HomeFiles, shape: OwnFileShape<Value>) {
    this.path = path;
    this.#files = files;
    this.#shape = shape;
  }

  isThere(): boolean {
    return this.#files.home.exists() && takeSnapshot(this.path).content !== undefined;
  }

  async read(): Promise<Value> {
    if (!this.#files.home.exists()) return this.#shape.empty();
    const { content } = takeSnapshot(this.path);
    if (content === undefined) return this.#shape.empty();
    const reading = this.#understand(content.bytes);
    if (reading.kind !== 'broken') return reading.value;
    try {
      return await this.update((value) => value);
    } catch (error) {
      if (!(error instanceof CcMcpError) || error.code !== 'DISK') throw error;
      this.#files.warn(`${this.path} cannot be used (${reading.reason}), and cannot be set aside: ${error.message}`);
      return reading.value;
    }
  }

  /** Gives what was written. `undefined` from `change` takes the file away. */
  async update(change: (value: Value) => Value): Promise<Value>;
  async update(change: (value: Value) => Value | undefined): Promise<Value | undefined>;
  async update(change: (value: Value) => Value | undefined): Promise<Value | undefined> {
    const { home, editor } = this.#files;
    home.makeFolder(relative(home.folder, dirname(this.path)));
    return editor.edit(this.path, OWNER_ONLY, ({ content }) => {
      const reading = content === undefined ? undefined : this.#understand(content.bytes);
      if (reading?.kind === 'newer') throw this.#newer();
      if (reading?.kind === 'broken' && content !== undefined) setAside(this.#files, this.path, content.bytes, reading.reason);
      const result = change(reading?.value ?? this.#shape.empty());
      if (result === undefined) return { change: content === undefined ? 'keep' as const : 'delete' as const, result };
      const bytes = Buffer.from(`${JSON.stringify(result, null, 2)}\n`);
      return { change: content !== undefined && bytes.equals(content.bytes) ? 'keep' as const : bytes, result };
    });
  }

  #understand(bytes: Uint8Array): Reading<Value> {
    if (this.#last === undefined || Buffer.compare(bytes, this.#last.bytes) !== 0) this.#last = { bytes, reading: this.#parse(bytes) };
    return this.#last.reading;
  }

  #parse(bytes: Uint8Array): Reading<Value> {
    const document = readJson(bytes);
    if (isFault(document)) return { kind: 'broken', reason: `line ${document.line}: ${document.message}`, value: this.#salvage(bytes) };
    const value = valueOf(document.root);
    try {
      const isNewer = parseVersion(value).version > this.#shape.version;
      return { kind: isNewer ? 'newer' : 'sound', value: this.#shape.parse(value) };
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      if (isVersionAbove(value, this.#shape.version)) throw this.#newer();
      return { kind: 'broken', reason: error.message, value: this.#salvage(bytes) };
    }
  }

  #salvage(bytes: Uint8Array): Value {
    const document = readJson(bytes, { tolerant: true });
    return isFault(document) || this.#shape.salvage === undefined ? this.#shape.empty() : this.#shape.salvage(valueOf(document.root));
  }

  #newer(): CcMcpError {
    return new CcMcpError('CONFLICT', `${this.path} was written by a newer cc-mcp than this one`, {
      suggestions: ['Use the newer cc-mcp: npm install -g cc-mcp@latest', 'or set CC_MCP_HOME to another folder'], details: { path: this.path, understood: this.#shape.version },
    });
  }
}

function isVersionAbove(value: unknown, version: number): boolean {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number' && value.version > version;
}
