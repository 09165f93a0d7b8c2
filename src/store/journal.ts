import { readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { ProcessTable } from '../domain/run-directory.ts';
import type { Journal, JournalEntry } from '../domain/stores.ts';
import { unless } from './file-errors.ts';
import { takeSnapshot } from './file-snapshot.ts';
import { isFault, readJson, valueOf } from './json-document.ts';
import type { HomeFiles } from './home-files.ts';
import { parseJournalFile, parseVersion, ShapeError, type JournalFile } from './schema.ts';
import { setAside } from './set-aside.ts';

const VERSION = 1;
const NAME = /^([0-9a-f]{24})\.json$/;

/** `run/journal`: a file for each operation that is under way, with the process that it belongs to. */
export function createJournal(files: HomeFiles, processes: ProcessTable): Journal {
  const pathOf = (id: string): string => files.home.path('run', 'journal', `${id}.json`);
  const write = async (id: string, file: JournalFile): Promise<void> => {
    files.home.makeFolder('run', 'journal');
    await files.editor.edit(pathOf(id), 0o600, () => ({ change: Buffer.from(`${JSON.stringify(file)}\n`), result: undefined }));
  };
  const forget = async (id: string): Promise<void> => {
    if (!NAME.test(`${id}.json`)) throw new Error(`not a journal id: ${JSON.stringify(id)}`);
    if (takeSnapshot(pathOf(id)).content === undefined) return;
    await files.editor.edit(pathOf(id), 0o600, ({ content }) => ({ change: content === undefined ? 'keep' as const : 'delete' as const, result: undefined }));
  };
  const known = async (): Promise<readonly { readonly id: string; readonly file: JournalFile }[]> => {
    const found: { readonly id: string; readonly file: JournalFile }[] = [];
    for (const id of idsIn(files)) {
      const { content } = takeSnapshot(pathOf(id));
      if (content === undefined) continue;
      const read = understand(content.bytes);
      if (read.kind === 'sound') found.push({ id, file: read.file });
      if (read.kind === 'newer') files.warn(`${pathOf(id)} belongs to a newer cc-mcp, which cleans it up`);
      if (read.kind === 'broken') {
        setAside(files, pathOf(id), content.bytes, read.reason);
        await forget(id);
      }
    }
    return found;
  };
  return {
    async begin(entry) {
      const id = randomBytes(12).toString('hex');
      let current: JournalFile = { version: VERSION, owner: processes.self(), entry };
      await write(id, current);
      return {
        async update(change: Partial<JournalEntry>) {
          current = { ...current, entry: { ...current.entry, ...change } };
          await write(id, current);
        },
        [Symbol.asyncDispose]: () => forget(id),
      };
    },
    async live() {
      return (await known()).filter(({ file }) => processes.isAlive(file.owner)).map(({ file }) => file.entry);
    },
    async abandoned() {
      return (await known()).filter(({ file }) => !processes.isAlive(file.owner)).map(({ id, file }) => ({ id, ...file.entry }));
    },
    forget,
  };
}

function idsIn({ home }: HomeFiles): readonly string[] {
  if (!home.exists()) return [];
  const names = unless(['ENOENT'], () => readdirSync(home.path('run', 'journal'))) ?? [];
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []);
}

type Understood = { readonly kind: 'sound'; readonly file: JournalFile } | { readonly kind: 'newer' } | { readonly kind: 'broken'; readonly reason: string };

function understand(bytes: Uint8Array): Understood {
  const document = readJson(bytes);
  if (isFault(document)) return { kind: 'broken', reason: document.message };
  try {
    const value = valueOf(document.root);
    return parseVersion(value).version > VERSION ? { kind: 'newer' } : { kind: 'sound', file: parseJournalFile(value) };
  } catch (error) {
    if (error instanceof ShapeError) return { kind: 'broken', reason: error.message };
    throw error;
  }
}
