import { randomBytes } from 'node:crypto';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerState, StateStore } from '../domain/stores.ts';
import { CcMcpError } from '../domain/errors.ts';
import { keyOf } from './manifest-location.ts';
import type { HomeFiles } from './home-files.ts';
import { OwnFile } from './own-file.ts';
import { parseHomeState, parseSalvagedState, ShapeError, type HomeState } from './schema.ts';
import { withEntry } from './nested-entry.ts';

/** Of the home's own manifest. */
const GLOBAL = 'global';

export interface FileStateStore extends StateStore {
  /** The random id of a manifest, made when it has none. */
  manifestId(location: Omit<ManifestLocation, 'id'>): Promise<string>;
}

export function createStateStore(files: HomeFiles): FileStateStore {
  const empty = (): HomeState => parseHomeState({ version: 1, homeId: newId(), manifests: {}, servers: {} });
  const file = new OwnFile<HomeState>(files.home.path('state.json'), files, {
    version: 1,
    parse: parseHomeState,
    empty,
    // The ids stand first in the file, so that a file that was cut still has them.
    salvage(input) {
      const { homeId, manifests } = salvaged(input);
      return { ...empty(), ...(homeId === undefined ? {} : { homeId }), manifests };
    },
  });
  /** Written down once, or it would be another one the next time. */
  const written = async (change: (state: HomeState) => HomeState, isThere: (state: HomeState) => boolean): Promise<HomeState> => {
    const state = file.isThere() ? await file.read() : undefined;
    return state !== undefined && isThere(state) ? state : file.update(change);
  };
  return {
    async homeId() {
      return (await written((state) => state, () => true)).homeId;
    },
    async manifestId(location) {
      const key = keyOf(location.path);
      const own = location.scope === 'global' ? GLOBAL : newId();
      const add = (state: HomeState): HomeState => ({ ...state, manifests: { ...state.manifests, [key]: state.manifests[key] ?? own } });
      try {
        return (await written(add, (state) => state.manifests[key] !== undefined)).manifests[key] ?? own;
      } catch (error) {
        if (!(error instanceof CcMcpError) || error.code !== 'DISK') throw error;
        // Reading works without a home; whatever writes fails at its own first write.
        files.warn(`${error.message}. Nothing about ${location.path} can be remembered`);
        return own;
      }
    },
    async readServer({ manifestId, server }) {
      return (await file.read()).servers[manifestId]?.[server];
    },
    async writeServer({ manifestId, server }, value) {
      await file.update((state) => ({ ...state, servers: withEntry<ServerState>(state.servers, manifestId, server, value) }));
    },
    async servers() {
      const { manifests, servers } = await file.read();
      const paths = new Map(Object.entries(manifests).map(([path, id]) => [id, path]));
      return Object.entries(servers).flatMap(([manifestId, byName]) =>
        Object.entries(byName).map(([server, state]) => ({ manifestId, server, state, manifestPath: paths.get(manifestId) ?? files.home.path('mcp.json') })));
    },
  };
}

function salvaged(input: unknown): ReturnType<typeof parseSalvagedState> {
  try {
    return parseSalvagedState(input);
  } catch (error) {
    if (error instanceof ShapeError) return { manifests: {} };
    throw error;
  }
}

function newId(): string {
  return randomBytes(12).toString('hex');
}
