import type { ManifestLocation } from '../domain/manifest.ts';
import { sanitize } from '../domain/sanitize.ts';
import type { ServerPorts } from './ports.ts';
import { notFound } from './read-server.ts';

export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly session: string;
  readonly text: string;
}

export interface LogsRequest {
  readonly location: ManifestLocation;
  readonly name: string;
  /** The newest so many lines. */
  readonly tail: number;
  readonly sinceMilliseconds?: number;
  readonly follow: boolean;
}

/** The kept stderr of a server's sessions, as the session room wrote it. */
export interface SessionLogs {
  /** Every line of every file of a folder, oldest first. */
  read(folder: string): Promise<readonly LogLine[]>;
  /** Lines written after the call, until the signal; no line twice. */
  follow(folder: string, signal: AbortSignal): AsyncIterable<LogLine>;
}

/** What a server said on stderr, newest last. */
export async function* readLogs(ports: ServerPorts & { readonly sessionLogs: SessionLogs }, request: LogsRequest, signal: AbortSignal): AsyncIterable<LogLine> {
  const { location, name } = request;
  const manifest = await ports.manifests.read(location);
  if (!manifest.servers.has(name)) throw notFound(name, location, [...manifest.servers.keys()]);
  const folder = ports.logFolder(location.id, name);
  const oldest = request.sinceMilliseconds === undefined ? '' : new Date(ports.clock.now() - request.sinceMilliseconds).toISOString();
  const kept = (await ports.sessionLogs.read(folder)).filter(({ time }) => time >= oldest);
  for (const line of request.tail === 0 ? [] : kept.slice(-request.tail)) yield clean(line);
  if (!request.follow) return;
  for await (const line of ports.sessionLogs.follow(folder, signal)) yield clean(line);
}

function clean(line: LogLine): LogLine {
  return { ...line, text: sanitize(line.text).trimEnd() };
}
