import type { HomeFiles } from './home-files.ts';
import { OwnFile } from './own-file.ts';
import { parseClientTraces, type ClientTraces } from './schema.ts';

/** Which objects of clients' files exist only because of us: they go again when they are empty. */
export interface ClientTraceStore {
  created(file: string): Promise<readonly string[]>;
  add(file: string, pointers: readonly string[]): Promise<void>;
  remove(file: string, pointers: readonly string[]): Promise<void>;
}

export function createClientTraces(files: HomeFiles): ClientTraceStore {
  const own = new OwnFile<ClientTraces>(files.home.path('clients.json'), files, { version: 1, parse: parseClientTraces, empty: () => ({ version: 1, created: {} }) });
  return {
    async created(file) {
      return (await own.read()).created[file] ?? [];
    },
    async add(file, pointers) {
      if (pointers.length === 0) return;
      await own.update((traces) => ({ ...traces, created: { ...traces.created, [file]: [...new Set([...(traces.created[file] ?? []), ...pointers])] } }));
    },
    async remove(file, pointers) {
      if (pointers.length === 0) return;
      await own.update((traces) => {
        const { [file]: known = [], ...others } = traces.created;
        const rest = known.filter((pointer) => !pointers.includes(pointer));
        return { ...traces, created: rest.length === 0 ? others : { ...others, [file]: rest } };
      });
    },
  };
}

/** `['a', 'b/c']` → `/a/b~1c`; the document itself is ''. */
export function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
