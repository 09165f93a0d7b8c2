import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';
import type { ProcessIdentity, ProcessTable } from '../../src/domain/run-directory.ts';
import { createFileEditor } from '../../src/store/edit-file.ts';
import { createHome, type Home } from '../../src/store/home.ts';
import type { HomeFiles } from '../../src/store/home-files.ts';
import { createManifestStore, type FileManifestStore } from '../../src/store/manifest-store.ts';
import { createStateStore, type FileStateStore } from '../../src/store/state-store.ts';
import { systemProcesses } from '../../src/store/system-processes.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};

export const processes: ProcessTable = systemProcesses(process);
export const UID = process.getuid?.() ?? 0;

/** A process that is surely gone: this one's pid, with another start. */
export function deadProcess(): ProcessIdentity {
  return { ...processes.self(), startTime: '1' };
}

export interface Scratch extends Disposable {
  readonly folder: string;
  readonly home: Home;
  readonly files: HomeFiles;
  readonly state: FileStateStore;
  readonly manifests: FileManifestStore;
  readonly warnings: string[];
  path(...parts: readonly string[]): string;
}

/** A folder of its own with a home in it. */
export function scratch(homeFolder?: string): Scratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cc-mcp-files-')));
  return { ...storesIn(folder, homeFolder), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export function storesIn(folder: string, homeFolder = join(folder, 'home')): Omit<Scratch, typeof Symbol.dispose> {
  const warnings: string[] = [];
  const home = createHome(homeFolder, UID);
  const editor = createFileEditor({ processes, clock });
  const files: HomeFiles = { home, editor, self: () => processes.self(), now: () => Date.now(), warn: (text) => void warnings.push(text) };
  const state = createStateStore(files);
  const manifests = createManifestStore({ files, uid: UID, idOf: (location) => state.manifestId(location) });
  return { folder, home, files, state, manifests, warnings, path: (...parts) => join(folder, ...parts) };
}
