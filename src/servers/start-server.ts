import { CcMcpError } from '../domain/errors.ts';
import { serviceUrl } from '../domain/service.ts';
import { projectGrants } from '../domain/project-grant.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';
import { prepareRun } from './prepare-run.ts';
import { readDockerServer } from './read-server.ts';
import { startProject } from './start-project.ts';
import { startStandby } from './start-standby.ts';

export interface StartResult {
  /** `on-demand`: a server that keeps no standby, so a client's `run` starts it. */
  readonly outcome: 'started' | 'already-started' | 'on-demand';
  readonly server: string;
  readonly manifest: string;
  /** Of a service: where it answers on this machine. */
  readonly url?: string;
}

/** Puts an enabled server on standby; no client's file is touched. */
export async function startServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<StartResult> {
  const { server, state } = await readDockerServer(ports, location, name);
  if (state?.enabled !== true) {
    throw new CcMcpError('NOT_ENABLED', `${name} is not enabled, so nothing keeps it started`, { suggestions: [`cc-mcp enable ${name}`] });
  }
  if (projectGrants(server.permissions).length > 0) return { outcome: OUTCOMES[await startProject(ports, location, name, signal)], server: name, manifest: location.path };
  const recipe = await prepareRun(ports, location, name);
  const outcome = OUTCOMES[await startStandby(ports, recipe, signal)];
  return { outcome, server: name, manifest: location.path, ...(recipe.service === undefined ? {} : { url: serviceUrl(recipe.service) }) };
}

const OUTCOMES = { ready: 'started', 'already-there': 'already-started', off: 'on-demand' } as const satisfies Record<Awaited<ReturnType<ServerPorts['standbys']['ensure']>>, StartResult['outcome']>;
