import { prune } from '../servers/prune.ts';
import { approveServer } from '../servers/approve-server.ts';
import { disableServer } from '../servers/disable-server.ts';
import { doctor } from '../servers/doctor.ts';
import { enableServer } from '../servers/enable-server.ts';
import { overview } from '../servers/overview.ts';
import { readLogs } from '../servers/read-logs.ts';
import { restartServer } from '../servers/restart-server.ts';
import { restoreServer } from '../servers/restore-server.ts';
import { startServer } from '../servers/start-server.ts';
import { getSetting, listSettings, setSetting } from '../servers/settings.ts';
import type { ConfigResult } from '../servers/settings.ts';
import { status } from '../servers/status.ts';
import { stopServer } from '../servers/stop-server.ts';
import { uninstallAll } from '../servers/uninstall-all.ts';
import { uninstallServer } from '../servers/uninstall-server.ts';
import { sessionLogReader } from '../store/session-log-reader.ts';
import { composePorts } from './compose-ports.ts';
import type { ComposedPorts } from './compose-ports.ts';
import type { ConfigAction } from './flags/config-action.ts';
import { keepHouse } from './compose-housekeeping.ts';
import type { ComposeOptions, UseCases } from './use-cases.ts';

/** Joins the use cases with their adapters; what only building needs is loaded when something is built. */
export async function compose(options: ComposeOptions): Promise<UseCases> {
  const ports = composePorts(options);
  if (options.tidy !== false) await keepHouse(ports);
  const installing = async (): Promise<typeof import('./compose-install.ts')> => import('./compose-install.ts');
  const market = async (): Promise<typeof import('./compose-marketplace.ts')> => import('./compose-marketplace.ts');
  return {
    locate: (search) => ports.manifests.locate({ ...search, workingFolder: options.workingFolder, environment: options.environment }),
    async install(request, signal) {
      // The engine answers while the modules load. Whoever needs it asks again, and gets the same answer or failure.
      void ports.engine.connect().catch(() => {});
      return (await installing()).install(ports, options.consent, request, signal);
    },
    installLocked: async (request, signal) => (await installing()).installFromLock(ports, options.consent, request, signal),
    rebuild: async (request, signal) => (await installing()).rebuild(ports, options.consent, request, signal),
    test: async (request, signal) => (await installing()).test(ports, options.consent, request, signal),
    uninstall: (request, signal) => uninstallServer(ports, request, signal),
    uninstallAll: (request, signal) => uninstallAll(ports, request, signal),
    enable: (request, signal) => enableServer(ports, request, signal),
    disable: (request) => disableServer(ports, request),
    migrate: async (request, signal) => (await installing()).migrate(ports, options.consent, request, signal),
    restore: (request, signal) => restoreServer(ports, request, signal),
    start: (request, signal) => startServer(ports, request, signal),
    stop: (request) => stopServer(ports, request),
    restart: (request, signal) => restartServer(ports, request, signal),
    approve: (request, signal) => approveServer({ ...ports, consent: options.consent }, request, signal),
    status: (request, signal) => status(ports, request, signal),
    logs: (request, signal) => readLogs({ ...ports, sessionLogs: sessionLogReader }, request, signal),
    config: (action) => configure(ports, action),
    doctor: (request, signal) => doctor({ ...ports, nodeVersion: process.version }, request, signal),
    prune: (request, signal) => prune(ports, request, signal),
    search: async (query) => (await market()).search(query),
    info: async (name) => (await market()).info(name),
    overview: ({ location }) => overview(ports, location),
  };
}

function configure(ports: ComposedPorts, action: ConfigAction): Promise<ConfigResult> {
  switch (action.kind) {
    case 'list': return listSettings(ports);
    case 'get': return getSetting(ports, action.key);
    case 'set': return setSetting(ports, action.key, action.value);
    case 'unset': return setSetting(ports, action.key, undefined);
  }
}
