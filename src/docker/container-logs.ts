import type { ContainerId, ContainerLogLine } from '../domain/container-engine.ts';
import type { EngineCaller } from './engine-caller.ts';
import { FrameCutter } from './frame-cutter.ts';

/** Milliseconds for what is a few megabytes at most. */
const LIMIT = 60_000;

/** What a container wrote and its log driver keeps, both outputs in the order of time. */
export async function containerLogs(engine: EngineCaller, id: ContainerId, { since, tail }: { readonly since?: string; readonly tail?: number }, signal: AbortSignal | undefined): Promise<readonly ContainerLogLine[] | undefined> {
  const query = new URLSearchParams({ stdout: '1', stderr: '1', timestamps: '1', ...(since === undefined ? {} : { since: unixTime(since) }), ...(tail === undefined ? {} : { tail: String(tail) }) });
  const bytes = await engine.bytes({ action: `read the log of container ${id.slice(0, 12)}` }, { method: 'GET', path: `/containers/${encodeURIComponent(id)}/logs?${query.toString()}` }, signal, LIMIT);
  return bytes === undefined ? undefined : linesOf(Buffer.from(bytes));
}

function linesOf(bytes: Buffer): readonly ContainerLogLine[] {
  const texts = { stdout: '', stderr: '' };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const cutter = new FrameCutter((piece, isStdout) => {
    const name = isStdout ? 'stdout' : 'stderr';
    texts[name] += decoders[name].decode(piece, { stream: true });
  });
  cutter.push(bytes);
  const lines = Object.values(texts).flatMap((text) => text.split('\n').flatMap((line) => {
    const [, time, said] = /^(\S+Z) ?(.*)$/.exec(line) ?? [];
    return time === undefined || said === undefined ? [] : [{ time, text: said }];
  }));
  return lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Seconds, with the nanoseconds that an engine's own time has. */
function unixTime(time: string): string {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? '';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction.padEnd(9, '0')}`;
}
