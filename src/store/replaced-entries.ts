import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseServerName } from '../domain/server-name.ts';
import type { ReplacedEntries, ServerKey } from '../domain/stores.ts';
import { unless } from './file-errors.ts';
import type { HomeFiles } from './home-files.ts';
import { OwnFile } from './own-file.ts';
import { parseReplacedEntry, type ReplacedEntry } from './schema.ts';

/** `secrets/MANIFEST/NAME.replaced.json`: an entry may have tokens in its `env`, so it lies with the secrets. */
export function createReplacedEntries(files: HomeFiles): ReplacedEntries {
  const open = ({ manifestId, server }: ServerKey): OwnFile<ReplacedEntry> => new OwnFile<ReplacedEntry>(files.home.path('secrets', manifestId, `${parseServerName(server)}.replaced.json`), files, {
    version: 1, parse: parseReplacedEntry, empty: () => ({ version: 1, entry: '' }),
  });
  return {
    async read(key) {
      const { entry } = await open(key).read();
      return entry === '' ? undefined : entry;
    },
    async write(key, entry) {
      const file = open(key);
      if (entry !== undefined) await file.update(() => ({ version: 1, entry }));
      else if (file.isThere()) {
        await file.update(() => undefined);
        unless(['ENOTEMPTY', 'ENOENT'], () => rmdirSync(dirname(file.path)));
      }
    },
  };
}
