import type { ContainerId, ExitStatus } from '../domain/container-engine.ts';
import type { EngineCaller } from './engine-caller.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';

const LIMIT = 10_000;

/** How a container last ended between two times (milliseconds since the epoch), by the engine's memory of events: when it runs again it says nothing of it any more. */
export async function lastExit(engine: EngineCaller, id: ContainerId, { since, until }: { readonly since: number; readonly until: number }, signal: AbortSignal | undefined): Promise<ExitStatus | undefined> {
  const filters = JSON.stringify({ type: ['container'], container: [id], event: ['die', 'oom'] });
  const query = new URLSearchParams({ since: (since / 1000).toFixed(3), until: (until / 1000).toFixed(3), filters });
  const bytes = await engine.bytes({ action: `read the events of container ${id.slice(0, 12)}` }, { method: 'GET', path: `/events?${query.toString()}` }, signal, LIMIT);
  let oomKilled = false;
  let last: ExitStatus | undefined;
  for await (const event of jsonLines(one(bytes ?? new Uint8Array()))) {
    if (textAt(event, 'Action') === 'oom') oomKilled = true;
    else last = { exitCode: Number(textAt(event, 'Actor', 'Attributes', 'exitCode')), oomKilled };
  }
  return last;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
