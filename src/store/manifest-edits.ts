import { canonicalJson } from '../domain/fingerprint.ts';
import type { DockerServer } from '../domain/manifest.ts';
import { nodeAt, valueOf, type JsonDocument } from './json-document.ts';
import { removeProperty, setProperty, type EditedFile } from './json-edits.ts';
import { isFlat, readEntry } from './manifest-entry.ts';
import { layoutOf, type Layout } from './manifest-layout.ts';

/** Sets our keys of one entry. Keys of others, and values that mean the same already, stay as they stand. */
export function editServer(document: JsonDocument, name: string, server: DockerServer, file: EditedFile): JsonDocument {
  const path = ['mcpServers', name];
  const node = nodeAt(document.root, path);
  // Beside ours stands what other clients understand: the same file works for them too.
  const forClients = { mode: 'docker', command: 'cc-mcp', args: ['run', name] };
  if (node?.type !== 'object') return setProperty(document, path, { ...forClients, ...layoutOf(server, { flat: false, volumesAsList: false }) }, file);
  const raw = valueOf(node) as Readonly<Record<string, unknown>>;
  const current = readEntry(raw, path);
  const form = { flat: isFlat(raw), volumesAsList: Array.isArray(settingsOf(raw)['volumes']) };
  const before: Layout = {
    mode: textOf(raw['mode']), command: textOf(raw['command']), args: Array.isArray(raw['args']) ? raw['args'] : undefined, url: textOf(raw['url']),
    ...(current.mode === 'docker' ? layoutOf(current, form) : launchOf(raw)),
  };
  const wanted = layoutOf(server, form);
  // A source of a kind that is not read here is not ours to remove.
  const untouched = current.mode === 'docker' && current.source === undefined && server.source === undefined ? ['source'] : [];
  return merge(document, path, without(before, untouched), without({ ...forClients, url: undefined, ...wanted }, untouched), file);
}

/** What says how a client starts an external entry, and may hold a secret: of no use beside `cc-mcp run`. */
function launchOf({ env, cwd, envFile }: Readonly<Record<string, unknown>>): Layout {
  return { env: typeof env === 'object' && env !== null ? (env as Layout) : undefined, cwd: textOf(cwd), envFile: textOf(envFile) };
}

function merge(document: JsonDocument, path: readonly string[], before: Layout, wanted: Layout, file: EditedFile): JsonDocument {
  let result = document;
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
    const [old, value] = [before[key], wanted[key]];
    const at = [...path, key];
    if (canonicalJson(old) === canonicalJson(value)) continue;
    if (isLayout(value) && nodeAt(result.root, at)?.type === 'object') result = merge(result, at, isLayout(old) ? old : {}, value, file);
    else if (value !== undefined) result = setProperty(result, at, value, file);
    else if (isLayout(old) && hasForeignKeys(result, at, old)) result = merge(result, at, old, {}, file);
    else result = removeProperty(result, at);
  }
  return result;
}

function hasForeignKeys(document: JsonDocument, path: readonly string[], ours: Layout): boolean {
  const node = nodeAt(document.root, path);
  const value = node?.type === 'object' ? valueOf(node) : {};
  return Object.keys(value as object).some((key) => ours[key] === undefined);
}

function isLayout(value: Layout[string]): value is Layout {
  return typeof value === 'object' && !Array.isArray(value);
}

function without(layout: Layout, keys: readonly string[]): Layout {
  return Object.fromEntries(Object.entries(layout).filter(([key]) => !keys.includes(key)));
}

function settingsOf(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { docker } = raw;
  return typeof docker === 'object' && docker !== null ? (docker as Readonly<Record<string, unknown>>) : raw;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
