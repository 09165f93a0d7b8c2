import { CcMcpError } from '../domain/errors.ts';
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
}

/** Puts an enabled server on standby; no client's file is touched. */
export async function startServer(ports: ServerPorts, { location, name }: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<StartResult> {
  const { server, state } = await readDockerServer(ports, location, name);
  if (state?.enabled !== true) {
    throw new CcMcpError('NOT_ENABLED', `${name} is not enabled, so nothing keeps it started`, { suggestions: [`cc-mcp enable ${name}`] });
  }
  const standby = projectGrants(server.permissions).length > 0 ? await startProject(ports, location, name, signal) : await startStandby(ports, await prepareRun(ports, location, name), signal);
  return { outcome: OUTCOMES[standby], server: name, manifest: location.path };
}

const OUTCOMES = { ready: 'started', 'already-there': 'already-started', off: 'on-demand' } as const satisfies Record<Awaited<ReturnType<ServerPorts['standbys']['ensure']>>, StartResult['outcome']>;
