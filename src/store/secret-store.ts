import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SecretStore, ServerKey } from '../domain/stores.ts';
import { parseServerName } from '../domain/server-name.ts';
import { unless } from './file-errors.ts';
import type { HomeFiles } from './home-files.ts';
import { OwnFile } from './own-file.ts';
import { parseSecrets, type Secrets } from './schema.ts';

/** `secrets/MANIFEST/NAME.json`, a file a server, for this user alone: `run` reads one of them and nothing of the others. */
export function createSecretStore(files: HomeFiles): SecretStore {
  const path = ({ manifestId, server }: ServerKey): string => files.home.path('secrets', folderName(manifestId), `${parseServerName(server)}.json`);
  const open = (key: ServerKey): OwnFile<Secrets> => new OwnFile<Secrets>(path(key), files, { version: 1, parse: parseSecrets, empty: () => parseSecrets({ version: 1, secrets: {}, remembered: {} }) });
  return {
    file: path,
    async read(key) {
      const { secrets, remembered, serviceToken } = await open(key).read();
      return { secrets, remembered, ...(serviceToken === undefined ? {} : { serviceToken }) };
    },
    async write(key, values) {
      const kept = values === undefined || !open(key).isThere() ? undefined : (await open(key).read()).serviceToken;
      const isEmpty = values === undefined || (kept === undefined && Object.keys({ ...values.secrets, ...values.remembered }).length === 0);
      if (!isEmpty) await open(key).update(() => ({ version: 1, secrets: values.secrets, remembered: values.remembered, ...(kept === undefined ? {} : { serviceToken: kept }) }));
      else if (open(key).isThere()) {
        await open(key).update(() => undefined);
        unless(['ENOTEMPTY', 'ENOENT'], () => rmdirSync(dirname(path(key))));
      }
    },
    async serviceToken(key, make) {
      const known = open(key).isThere() ? (await open(key).read()).serviceToken : undefined;
      if (known !== undefined) return known;
      const { serviceToken } = await open(key).update((values) => ({ ...values, serviceToken: values.serviceToken ?? make() }));
      return serviceToken ?? make();
    },
  };
}

/** It becomes part of a path. */
function folderName(manifestId: string): string {
  if (!/^[0-9a-z-]{1,64}$/.test(manifestId)) throw new Error(`not a manifest id: ${JSON.stringify(manifestId)}`);
  return manifestId;
}
