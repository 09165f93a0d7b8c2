import type { ManifestLocation } from '../domain/manifest.ts';
import { sanitize } from '../domain/sanitize.ts';
import type { LogLine, SessionLogs } from './session-logs.ts';
import { serviceLogs } from './service-logs.ts';
import type { ServerPorts } from './ports.ts';
import { notFound } from './read-server.ts';

export interface LogsRequest {
  readonly location: ManifestLocation;
  readonly name: string;
  /** The newest so many lines. */
  readonly tail: number;
  readonly sinceMilliseconds?: number;
  readonly follow: boolean;
}

/** What a server said on stderr, newest last. */
export async function* readLogs(ports: ServerPorts & { readonly sessionLogs: SessionLogs }, request: LogsRequest, signal: AbortSignal): AsyncIterable<LogLine> {
  const { location, name } = request;
  const manifest = await ports.manifests.read(location);
  const server = manifest.servers.get(name);
  if (server === undefined) throw notFound(name, location, [...manifest.servers.keys()]);
  const folder = ports.logFolder(location.id, name);
  const oldest = request.sinceMilliseconds === undefined ? '' : new Date(ports.clock.now() - request.sinceMilliseconds).toISOString();
  const isService = server.mode === 'docker' && server.service !== undefined;
  const logs = isService ? await serviceLogs(ports, { manifestId: location.id, server: name }) : ports.sessionLogs;
  const kept = (await logs.read(folder)).filter(({ time }) => time >= oldest);
  for (const line of request.tail === 0 ? [] : kept.slice(-request.tail)) yield clean(line);
  if (!request.follow) return;
  for await (const line of logs.follow(folder, signal)) yield clean(line);
}

function clean(line: LogLine): LogLine {
  return { ...line, text: sanitize(line.text).trimEnd() };
}
