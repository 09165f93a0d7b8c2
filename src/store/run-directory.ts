import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { OwnedRole, OwnedToken, ProcessTable, RunDirectory, TokenName } from '../domain/run-directory.ts';
import { parseActivity, parseDrift, parseRecord } from './run-records.ts';
import { createLocks } from './run-locks.ts';
import { createOnce, exists, list, modifiedAt, move, read, remove, replace } from './run-files.ts';

const TOKEN_NAME = /^([0-9a-f]{24})\.([0-9a-f]{24})\.([0-9a-f]{24})$/;
const OWNED_NAME = /^([0-9a-f]{24})\.([0-9a-f]{24})\.([0-9a-f]{24})\.(\d+)\.([0-9a-zA-Z-]+)\.([0-9a-zA-Z-]+)\.([0-9a-zA-Z-]+)$/;
/** While nothing of a server has ended: a standby may be as old as the home. */
const FIRST_EPOCH = 'first';

/** `RunDirectory` in a folder, made on first use with everything in it for its owner alone. */
export function createRunDirectory(folder: string, processes: ProcessTable): RunDirectory {
  const readyFile = (name: TokenName): string => join(folder, 'standby', `${name.serverKey}.${name.settingsHash}.${name.token}`);
  const ownedFile = (role: OwnedRole, token: OwnedToken | (TokenName & Pick<OwnedToken, 'owner'>)): string => {
    const { pid, startTime, bootId, pidNamespace } = token.owner;
    return join(folder, role, `${token.serverKey}.${token.settingsHash}.${token.token}.${pid}.${startTime}.${bootId}.${pidNamespace}`);
  };
  const mine = (role: OwnedRole, name: TokenName): OwnedToken => {
    const { serverKey, settingsHash, token } = name;
    return { role, serverKey, settingsHash, token, owner: processes.self(), alive: true };
  };
  const settledFile = (token: string): string => join(folder, 'settled', token);
  const epochFile = (serverKey: string): string => join(folder, 'epoch', serverKey);
  const driftFile = (serverKey: string): string => join(folder, 'drift', `${serverKey}.json`);
  const owned = (role: OwnedRole, serverKey?: string): OwnedToken[] =>
    list(join(folder, role)).flatMap((file) => {
      const match = OWNED_NAME.exec(file);
      if (match === null) return [];
      const [, key = '', settingsHash = '', token = '', pid = '', startTime = '', bootId = '', pidNamespace = ''] = match;
      if (serverKey !== undefined && key !== serverKey) return [];
      const owner = { pid: Number(pid), startTime, bootId, pidNamespace };
      return { role, serverKey: key, settingsHash, token, owner, alive: processes.isAlive(owner) };
    });
  const ready = (serverKey?: string): TokenName[] =>
    list(join(folder, 'standby')).flatMap((file) => {
      const match = TOKEN_NAME.exec(file);
      if (match === null) return [];
      const [, key = '', settingsHash = '', token = ''] = match;
      return serverKey === undefined || key === serverKey ? { serverKey: key, settingsHash, token } : [];
    });

  return {
    ...createLocks(join(folder, 'starting'), processes),
    self: () => processes.self(),
    homeKey() {
      const file = join(folder, 'key');
      const key = read(file)?.trim();
      if (key) return key;
      if (key === '') remove(file);
      createOnce(file, randomBytes(32).toString('hex'));
      return read(file)?.trim() ?? '';
    },
    ready,
    readReady: (name) => parseRecord(read(readyFile(name))),
    claim(name, role) {
      const file = ownedFile(role, mine(role, name));
      return move(readyFile(name), file) ? parseRecord(read(file)) : undefined;
    },
    writeOwned: (role, record) => replace(ownedFile(role, mine(role, record)), JSON.stringify(record)),
    publish(record) {
      const loading = ownedFile('loading', mine('loading', record));
      replace(loading, JSON.stringify(record));
      move(loading, readyFile(record));
    },
    owned,
    readOwned: (token) => parseRecord(read(ownedFile(token.role, token))),
    forget(token) {
      remove(ownedFile(token.role, token));
      remove(settledFile(token.token));
    },
    mine,
    isSettled: (token) => exists(settledFile(token)),
    markSettled: (token) => replace(settledFile(token), ''),
    epoch: (serverKey) => read(epochFile(serverKey)) ?? FIRST_EPOCH,
    advanceEpoch: (serverKey) => replace(epochFile(serverKey), randomBytes(12).toString('hex')),
    budget() {
      const text = read(join(folder, 'budget')) ?? '';
      return /^\d+$/.test(text) ? Number(text) : undefined;
    },
    writeBudget: (bytes) => replace(join(folder, 'budget'), String(bytes)),
    writeActivity: (name, activity) => replace(join(folder, 'activity', `${name.serverKey}.${name.token}.json`), JSON.stringify(activity)),
    activity: (serverKey) =>
      list(join(folder, 'activity')).flatMap((file) => {
        const [key, token] = file.split('.');
        const activity = key === serverKey ? parseActivity(read(join(folder, 'activity', file))) : undefined;
        return activity === undefined || token === undefined ? [] : { ...activity, token, at: modifiedAt(join(folder, 'activity', file)) };
      }),
    writeDrift(serverKey, tools) {
      if (tools.length === 0) remove(driftFile(serverKey));
      else replace(driftFile(serverKey), JSON.stringify(tools));
    },
    drift: (serverKey) => parseDrift(read(driftFile(serverKey))),
    forgetServer(serverKey) {
      remove(driftFile(serverKey));
      remove(epochFile(serverKey));
      for (const file of list(join(folder, 'activity'))) {
        if (file.startsWith(`${serverKey}.`)) remove(join(folder, 'activity', file));
      }
    },
    sweep(age, now) {
      const living = new Set([...ready(), ...owned('loading'), ...owned('session'), ...owned('removing')].map((name) => name.token));
      for (const kind of ['activity', 'settled', 'standby', 'session', 'loading', 'removing', 'starting']) {
        for (const file of list(join(folder, kind), { temporary: true })) {
          const token = kind === 'activity' ? file.split('.')[1] : file;
          const isOurs = (kind === 'activity' || kind === 'settled') && token !== undefined && !living.has(token);
          if ((isOurs || file.startsWith('.')) && now - modifiedAt(join(folder, kind, file)) > age) remove(join(folder, kind, file));
        }
      }
    },
  };
}
