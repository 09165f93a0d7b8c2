import type { HomeFiles } from './home-files.ts';
import { nodeAt, type JsonDocument } from './json-document.ts';
import { removeProperty, textAt } from './json-edits.ts';
import { OwnFile } from './own-file.ts';
import { parseCreatedObjects, type CreatedObjects } from './schema.ts';

/**
 * Which objects of other people's files exist only because of an entry of ours: they go again with the last one, so that taking away
 * what was added gives back the bytes that were there. An object is named by its JSON pointer; the file itself is ''.
 */
export interface CreatedObjectStore {
  in(file: string): Promise<readonly string[]>;
  add(file: string, pointers: readonly string[]): Promise<void>;
  remove(file: string, pointers: readonly string[]): Promise<void>;
}

export function createdObjects(files: HomeFiles): CreatedObjectStore {
  const own = new OwnFile<CreatedObjects>(files.home.path('created.json'), files, { version: 1, parse: parseCreatedObjects, empty: () => parseCreatedObjects({ version: 1, created: {} }) });
  return {
    async in(file) {
      return (await own.read()).created[file] ?? [];
    },
    async add(file, pointers) {
      if (pointers.length === 0) return;
      await own.update((all) => ({ ...all, created: { ...all.created, [file]: [...new Set([...(all.created[file] ?? []), ...pointers])] } }));
    },
    async remove(file, pointers) {
      if (pointers.length === 0) return;
      await own.update((all) => {
        const { [file]: known = [], ...others } = all.created;
        const rest = known.filter((pointer) => !pointers.includes(pointer));
        return { ...all, created: rest.length === 0 ? others : { ...others, [file]: rest } };
      });
    },
  };
}

/** The objects on the way to an entry that are not there yet. Undefined: not even the file is. */
export function missingObjects(document: JsonDocument | undefined, jsonPath: readonly string[]): readonly string[] {
  return jsonPath.flatMap((_, depth) => {
    const path = jsonPath.slice(0, depth);
    return document === undefined || nodeAt(document.root, path) === undefined ? [pointerOf(path)] : [];
  });
}

/** A document without an entry, and without the objects that were made for it and are empty now; no document when the file was. */
export function removeEntry(document: JsonDocument, jsonPath: readonly string[], created: readonly string[]): { readonly rest: JsonDocument | undefined; readonly gone: readonly string[] } {
  const gone: string[] = [];
  let rest = removeProperty(document, jsonPath);
  for (let depth = jsonPath.length - 1; depth >= 0; depth -= 1) {
    const path = jsonPath.slice(0, depth);
    const isEmpty = textAt(rest, path)?.replaceAll(/\s/g, '') === '{}';
    if (!isEmpty || !created.includes(pointerOf(path))) break;
    gone.push(pointerOf(path));
    if (depth === 0) return { rest: undefined, gone };
    rest = removeProperty(rest, path);
  }
  return { rest, gone };
}

/** `['a', 'b/c']` → `/a/b~1c`. */
function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
