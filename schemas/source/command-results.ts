import { completionResult } from './completion.ts';
import { configResult } from './config.ts';
import { doctorReport } from './doctor.ts';
import { approveResult, disableResult } from './enable.ts';
import { testResult } from './gate.ts';
import { installResult, rebuildResult } from './install.ts';
import { enableResult } from './migrate.ts';
import { infoResult, searchResult } from './packages.ts';
import { logsResult, overview, statusReport } from './status.ts';
import { restartResult, startResult, stopResult } from './start-stop.ts';
import { pruneResult, uninstallResult } from './uninstall.ts';

/** Command → `result` of its envelope. `run` has none: its stdout is MCP. */
export const COMMAND_RESULTS = {
  approve: approveResult,
  completion: completionResult,
  config: configResult,
  disable: disableResult,
  doctor: doctorReport,
  enable: enableResult,
  info: infoResult,
  install: installResult,
  logs: logsResult,
  overview,
  prune: pruneResult,
  rebuild: rebuildResult,
  restart: restartResult,
  search: searchResult,
  start: startResult,
  status: statusReport,
  stop: stopResult,
  test: testResult,
  uninstall: uninstallResult,
} as const;
