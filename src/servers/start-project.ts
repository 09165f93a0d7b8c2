import { CcMcpError } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';
import { prepareRun } from './prepare-run.ts';
import { startStandby } from './start-standby.ts';

/** A standby for the project that is open here, where one is that was approved. The others get theirs from their first session. */
export async function startProject(ports: ServerPorts, location: ManifestLocation, name: string, signal?: AbortSignal): ReturnType<typeof startStandby> {
  try {
    return await startStandby(ports, await prepareRun(ports, location, name), signal);
  } catch (error) {
    if (!(error instanceof CcMcpError) || !['NOT_APPROVED', 'REFUSED', 'FILE_NOT_FOUND'].includes(error.code)) throw error;
    return 'off';
  }
}
