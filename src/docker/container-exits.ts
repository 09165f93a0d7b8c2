import type { ContainerId, ExitStatus } from '../domain/container-engine.ts';
import type { EngineCaller } from './engine-caller.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';

const LIMIT = 10_000;

/** By the engine's memory of events, which are its last 256: a container that runs again says nothing of its ends any more. */
export async function containerExits(engine: EngineCaller, id: ContainerId, { since, until }: { readonly since: number; readonly until: number }, signal: AbortSignal | undefined): Promise<readonly ExitStatus[]> {
  const filters = JSON.stringify({ type: ['container'], container: [id], event: ['die', 'oom'] });
  const query = new URLSearchParams({ since: (since / 1000).toFixed(3), until: (until / 1000).toFixed(3), filters });
  const bytes = await engine.bytes({ action: `read the events of container ${id.slice(0, 12)}` }, { method: 'GET', path: `/events?${query.toString()}` }, signal, LIMIT);
  const exits: ExitStatus[] = [];
  let oomKilled = false;
  for await (const event of jsonLines(one(bytes ?? new Uint8Array()))) {
    if (textAt(event, 'Action') === 'oom') oomKilled = true;
    else {
      exits.push({ exitCode: Number(textAt(event, 'Actor', 'Attributes', 'exitCode')), oomKilled });
      oomKilled = false;
    }
  }
  const last = exits.pop();
  // It may be said a moment after the end that it is about.
  return last === undefined ? [] : [...exits, { ...last, oomKilled: last.oomKilled || oomKilled }];
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
