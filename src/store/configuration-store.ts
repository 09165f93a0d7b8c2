import { CcMcpError } from '../domain/errors.ts';
import type { Configuration, ConfigurationStore } from '../domain/stores.ts';
import { takeSnapshot } from './file-snapshot.ts';
import { fault, isFault, jsonError, nodeAt, parseJsonFile, readJson, valueOf, type JsonDocument, type JsonFault } from './json-document.ts';
import type { HomeFiles } from './home-files.ts';
import { encodeJson, removeProperty, setProperty } from './json-edits.ts';
import { parseConfiguration, ShapeError } from './schema.ts';
import { setAside } from './set-aside.ts';

/**
 * `config.json`, written by the user, comments allowed. Keys that are not known do not matter; a wrong type of a known one is an
 * error, not a default. What is no JSON at all is set aside like every broken file of the home.
 */
export function createConfigurationStore(files: HomeFiles): ConfigurationStore {
  const path = files.home.path('config.json');
  return {
    path,
    async read() {
      const content = files.home.exists() ? takeSnapshot(path).content : undefined;
      if (content === undefined) return parseConfiguration({});
      const document = readJson(content.bytes);
      if (isFault(document)) {
        await moveAway(files, path);
        return parseConfiguration({});
      }
      return understood(path, document);
    },
    async write(keys, value) {
      if (value === undefined && !files.home.exists()) return 'unchanged';
      files.home.makeFolder();
      return files.editor.edit(path, 0o600, ({ content }) => {
        const document = parseJsonFile(path, content?.bytes ?? Buffer.from('{}\n'), 'INVALID_VALUE');
        const edited = value === undefined ? removeProperty(document, keys) : setProperty(document, keys, value, { path, code: 'INVALID_VALUE' });
        if (edited.text === document.text) return { change: 'keep' as const, result: 'unchanged' as const };
        understood(path, edited);
        return { change: encodeJson(edited), result: 'changed' as const };
      });
    },
  };
}

function understood(path: string, document: JsonDocument): Configuration {
  try {
    return parseConfiguration(valueOf(document.root));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw jsonError(path, 'INVALID_VALUE', fault(document.text, nodeAt(document.root, error.path)?.offset ?? 0, error.message), [`Correct it in ${path}`]);
  }
}

async function moveAway(files: HomeFiles, path: string): Promise<void> {
  try {
    await files.editor.edit(path, 0o600, ({ content }) => {
      const broken = content === undefined ? undefined : readJson(content.bytes);
      if (content === undefined || broken === undefined || !isFault(broken)) return { change: 'keep' as const, result: undefined };
      setAside(files, path, content.bytes, reasonOf(broken));
      return { change: 'delete' as const, result: undefined };
    });
  } catch (error) {
    if (!(error instanceof CcMcpError) || error.code !== 'DISK') throw error;
    files.warn(`${path} cannot be used: defaults are. ${error.message}`);
  }
}

function reasonOf({ line, column, message }: JsonFault): string {
  return `line ${line}, column ${column}: ${message}`;
}
