import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServerPorts } from './ports.ts';
import { startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';

export interface RestartResult {
  readonly outcome: 'restarted' | 'on-demand';
  readonly server: string;
  readonly manifest: string;
  /** How many of each were ended. */
  readonly sessions: number;
  readonly standbys: number;
  /** Of a service: where it answers on this machine. */
  readonly url?: string;
}

/** Ends a server's containers and puts a new one on standby. */
export async function restartServer(ports: ServerPorts, request: { readonly location: ManifestLocation; readonly name: string }, signal?: AbortSignal): Promise<RestartResult> {
  const { sessions, standbys } = await stopServer(ports, request);
  const started = await startServer(ports, request, signal);
  return { outcome: started.outcome === 'on-demand' ? 'on-demand' : 'restarted', server: started.server, manifest: started.manifest, sessions, standbys, ...(started.url === undefined ? {} : { url: started.url }) };
}
