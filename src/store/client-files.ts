import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ExternalServer } from '../domain/manifest.ts';
import type { ClientFiles } from '../domain/stores.ts';
import { claudeCodeEntry, claudeCodeFile, claudeCodePath, claudeCodeServiceEntry, isClaudeCodeEntry } from './claude-code.ts';
import { createdObjects, missingObjects, removeEntry } from './created-objects.ts';
import { unless } from './file-errors.ts';
import type { FileChange } from './edit-file.ts';
import { takeSnapshot } from './file-snapshot.ts';
import { nodeAt, parseJsonFile, valueOf, type JsonDocument } from './json-document.ts';
import { encodeJson, RawJson, setProperty, textAt } from './json-edits.ts';
import type { HomeFiles } from './home-files.ts';
import { makeFolder } from './make-folder.ts';
import { parseExternal, ShapeError } from './schema.ts';

export interface ClientFilesOptions {
  readonly files: HomeFiles;
  readonly clock: Clock;
  /** Absolute path of `~/.cc-mcp/bin/cc-mcp`. */
  readonly launcher: string;
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Entry = Awaited<ReturnType<ClientFiles['add']>>;

const EMPTY = Buffer.from('{}\n');
/** Claude Code's own file holds credentials. */
const NEW_FILE_MODE = 0o600;
/** Milliseconds until the file is looked at again, growing: Claude Code writes what it has in memory, without our lock. */
const SECOND_LOOK = 60;
const MOST_TRIES = 6;

/** Entries of ours in `~/.claude.json`. Everything else in it stays byte for byte. */
export function createClientFiles({ files, clock, launcher, homeFolder, environment }: ClientFilesOptions): ClientFiles {
  const traces = createdObjects(files);
  const parse = (file: string, bytes: Uint8Array): JsonDocument => parseJsonFile(file, bytes, 'REFUSED');

  const write = (file: string, jsonPath: readonly string[], entry: object): Promise<{ readonly previous: string | undefined; readonly created: readonly string[] }> =>
    files.editor.edit(file, NEW_FILE_MODE, ({ content }) => {
      const document = parse(file, content?.bytes ?? EMPTY);
      const node = nodeAt(document.root, jsonPath);
      const ours = node !== undefined && isClaudeCodeEntry(valueOf(node), launcher, nameOf(jsonPath));
      const result = { previous: ours ? undefined : textAt(document, jsonPath), created: missingObjects(content === undefined ? undefined : document, jsonPath) };
      if (ours && isSame(valueOf(node), entry)) return { change: 'keep' as const, result };
      return { change: encodeJson(setProperty(document, jsonPath, entry, { path: file, code: 'REFUSED' })), result };
    });

  const stands = (file: string, jsonPath: readonly string[], entry: object): boolean => {
    const { content } = takeSnapshot(file);
    const node = content === undefined ? undefined : nodeAt(parse(file, content.bytes).root, jsonPath);
    return node !== undefined && isSame(valueOf(node), entry);
  };

  return {
    async add(location, name, service) {
      const file = claudeCodeFile(environment, homeFolder);
      const jsonPath = claudeCodePath(location, name);
      const entry = service === undefined ? claudeCodeEntry(launcher, location.path, name) : claudeCodeServiceEntry(service);
      makeFolder(dirname(file), 0o700);
      let previous: string | undefined;
      for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
        const written = await write(file, jsonPath, entry);
        previous ??= written.previous;
        await traces.add(file, written.created);
        await clock.sleep(SECOND_LOOK * tries);
        if (service !== undefined && (statSync(file).mode & 0o077) !== 0) files.warn(`${file} can be read by others, and holds the token of ${name}: chmod 600 it`);
        if (await settledOn(() => stands(file, jsonPath, entry), clock)) return { file, jsonPath, ...(previous === undefined ? {} : { previous }) };
      }
      throw overwritten(file);
    },

    async foreign(location, name) {
      const file = claudeCodeFile(environment, homeFolder);
      const content = unless(['ENOENT', 'ENOTDIR'], () => takeSnapshot(file))?.content;
      const path = claudeCodePath(location, name);
      const node = content === undefined ? undefined : nodeAt(parse(file, content.bytes).root, path);
      const value = node?.type === 'object' ? valueOf(node) : undefined;
      return value === undefined || isClaudeCodeEntry(value, launcher, name) ? undefined : foreignEntry(file, value, path);
    },

    async remove(entry) {
      const { file } = entry;
      if (unless(['ENOENT', 'ENOTDIR'], () => takeSnapshot(file))?.content === undefined) return 'absent';
      for (let tries = 1, outcome: 'removed' | 'absent' | 'changed' = 'absent'; ; tries += 1) {
        const created = await traces.in(file);
        const last = await files.editor.edit(file, NEW_FILE_MODE, ({ content }) => {
          if (content === undefined) return { change: 'keep' as const, result: { outcome: 'absent' as const, gone: [] } };
          return taken(parse(file, content.bytes), entry, launcher, created);
        });
        await traces.remove(file, last.gone);
        // The first look that found our entry says what happened; the later ones only whether it came back.
        if (tries === 1 || last.outcome === 'removed') outcome = last.outcome;
        if (last.outcome !== 'removed') return outcome;
        if (tries === MOST_TRIES) throw overwritten(file);
        await clock.sleep(SECOND_LOOK * tries);
      }
    },
  };
}

interface Taken {
  readonly change: FileChange;
  readonly result: { readonly outcome: 'removed' | 'absent' | 'changed'; readonly gone: readonly string[] };
}

/** The document without our entry: with what stood there before, or without what was made for it. */
function taken(document: JsonDocument, { file, jsonPath, previous }: Entry, launcher: string, created: readonly string[]): Taken {
  const node = nodeAt(document.root, jsonPath);
  if (node === undefined) return { change: 'keep', result: { outcome: 'absent', gone: [] } };
  if (!isClaudeCodeEntry(valueOf(node), launcher, nameOf(jsonPath))) return { change: 'keep', result: { outcome: 'changed', gone: [] } };
  if (previous !== undefined) {
    const restored = setProperty(document, jsonPath, new RawJson(previous), { path: file, code: 'REFUSED' });
    return { change: encodeJson(restored), result: { outcome: 'removed', gone: [] } };
  }
  const { rest, gone } = removeEntry(document, jsonPath, created);
  return { change: rest === undefined ? 'delete' : encodeJson(rest), result: { outcome: 'removed', gone } };
}

/** A look into the middle of a save in place sees a part of a file. */
async function settledOn(look: () => boolean, clock: Clock): Promise<boolean> {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    await clock.sleep(SECOND_LOOK);
    return look();
  }
}

function foreignEntry(file: string, value: unknown, path: readonly string[]): ExternalServer {
  try {
    return { mode: 'external', ...parseExternal(value, path) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new CcMcpError('REFUSED', `${file}: ${error.message}`, { suggestions: [`Correct it in ${file}`], cause: error });
  }
}

function overwritten(file: string): CcMcpError {
  return new CcMcpError('CONFLICT', `Another program keeps writing ${file} over what cc-mcp changes in it`, { suggestions: ['Close Claude Code, then try again'], details: { path: file } });
}

function isSame(value: unknown, entry: object): boolean {
  return JSON.stringify(value) === JSON.stringify(entry);
}

function nameOf(jsonPath: readonly string[]): string {
  return jsonPath.at(-1) ?? '';
}
