import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../domain/progress.ts';
import { freePort } from '../host/free-port.ts';
import { hostFacts } from '../host/host-facts.ts';
import { systemClock } from '../host/system-clock.ts';
import type { HomePorts, ServerPorts } from '../servers/ports.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { createApprovalStore } from '../store/approval-store.ts';
import { createClientFiles } from '../store/client-files.ts';
import { createConfigurationStore } from '../store/configuration-store.ts';
import { createFileEditor } from '../store/edit-file.ts';
import { createFileLocks } from '../store/file-lock.ts';
import { createHome } from '../store/home.ts';
import { createHostFiles } from '../store/host-files.ts';
import { createJournal } from '../store/journal.ts';
import { createLauncher } from '../store/launcher.ts';
import { createLockStore } from '../store/lock-store.ts';
import { createManifestStore } from '../store/manifest-store.ts';
import { openedProject } from '../store/opened-project.ts';
import { createRecipeStore } from '../store/recipe-store.ts';
import { createReplacedEntries } from '../store/replaced-entries.ts';
import { createSecretStore } from '../store/secret-store.ts';
import { createStateStore } from '../store/state-store.ts';
import { systemProcesses } from '../store/system-processes.ts';
import { removeHome } from '../store/remove-home.ts';
import { composeStandbys } from './compose-standbys.ts';
import { engineAccess } from './compose-engine.ts';
import { PACKAGE_FOLDER, readPackageFacts } from './package-folder.ts';

export interface PortOptions {
  readonly engine?: string;
  readonly progress: Progress;
  readonly warn: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

export type ComposedPorts = ServerPorts & HomePorts;

/** Longest wait for another installation of the same server, milliseconds. */
const LONGEST_INSTALL = 30 * 60 * 1000;

/** Joins the use cases on installed servers with their adapters. */
export function composePorts({ engine, progress, warn, environment, workingFolder }: PortOptions): ComposedPorts {
  const { version, nodeRange } = readPackageFacts();
  const host = hostFacts(environment);
  const processes = systemProcesses(process);
  const home = createHome(host.ccMcpHome, host.uid);
  const editor = createFileEditor({ processes, clock: systemClock });
  const files = { home, editor, self: () => processes.self(), now: () => systemClock.now(), warn };
  const state = createStateStore(files);
  const manifests = createManifestStore({ files, uid: host.uid, idOf: (location) => state.manifestId(location) });
  const configuration = createConfigurationStore(files);
  const logFolder = (manifestId: string, server: string): string => home.path('logs', manifestId, server);
  const { keeper, driftOf } = composeStandbys({ ccMcpHome: host.ccMcpHome, environment, state, logFolder, warn });
  const launcher = createLauncher(files, {
    node: process.execPath, program: join(PACKAGE_FOLDER, 'bin/cc-mcp.js'), nodeRange, homeFolder: host.homeFolder, shell: environment['SHELL'] || '/bin/sh',
  });
  return {
    engine: engineAccess({ environment, homeFolder: host.homeFolder, uid: host.uid, platform: host.platform, configuration, asked: engine }),
    manifests,
    locks: createLockStore({ editor, processes }),
    approvals: createApprovalStore(files),
    secrets: createSecretStore(files),
    replacedEntries: createReplacedEntries(files),
    state,
    configuration,
    recipes: createRecipeStore(files),
    clients: createClientFiles({ files, clock: systemClock, homeFolder: host.homeFolder, environment, launcher: launcher.path() }),
    launcher,
    journal: createJournal(files, processes),
    hostFiles: createHostFiles(),
    host,
    clock: systemClock,
    progress,
    version,
    caBundle: environment['NODE_EXTRA_CA_CERTS'] || environment['SSL_CERT_FILE'] || undefined,
    environment,
    openedProject: () => openedProject({ workingFolder, environment }),
    standbys: keeper,
    newToken: () => randomBytes(12).toString('hex'),
    logFolder,
    async requiredValues(packageName) {
      const { createStarterIndex } = await import('../store/starter-index.ts');
      const found = await createStarterIndex(PACKAGE_FOLDER).find(packageName);
      return found?.configuration.filter(({ required, default: value }) => required && value === undefined).map(({ name }) => name) ?? [];
    },
    driftOf: async (manifestId, server) => driftOf(await state.homeId(), manifestId, server),
    async exclusively(name, work, signal) {
      home.makeFolder('run');
      using _ = await createFileLocks({ processes, clock: systemClock, waitLimit: LONGEST_INSTALL }).hold(home.path('run', name), signal);
      return await work();
    },
    freePort,
    doors: serviceDoors,
    gatewayProgram: () => readFile(join(PACKAGE_FOLDER, 'dist/gateway.cjs'), 'utf8'),
    async hashFile(path) {
      try {
        return createHash('sha256').update(await readFile(path)).digest('hex');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    locationOf: (id, path) => manifests.locationOf(id, path),
    hasHome: async () => home.exists(),
    removeHome: async () => removeHome(host.ccMcpHome),
  };
}
