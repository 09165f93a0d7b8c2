import { setTimeout } from 'node:timers/promises';
import type { CachedStep } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { builderFor } from './builder-of.ts';
import type { EngineCaller } from './engine-caller.ts';
import { statusOf } from './engine-errors.ts';
import { flagAt, listAt, numberAt, textAt, textsAt, timeAt } from './json-fields.ts';

/** A record of BuildKit's cache, as `/system/df` shows it: no label, and of a step no more than its command. */
interface CacheRecord extends CachedStep {
  readonly parents: readonly string[];
  readonly description: string;
  readonly inUse: boolean;
  readonly createdAt: number;
}

/** A context that came as a request's body: its address is made up for one build, so that no other build can find it again. */
const CONTEXT = /\bhttp:\/\/build-context-/;
/** How soon after a context comes what was unpacked from it, milliseconds. */
const UNPACKED_WITHIN = 1000;
/**
 * A layer of a base image: no step, takes no room of its own, and is never removed by us. An engine whose base layer goes in the
 * moment in which a build asks for it crashes (20.10: `GetByBlob` uses a record that was not found; seen after 17 s of both at once).
 */
const BASE_LAYER = /^(?:from local|pulled from) /;
const IDS_PER_CALL = 100;
/** Milliseconds. */
const LONGEST_WAIT = 60_000;
const PAUSE = 200;

/**
 * What builds left in the cache that have `mark` in a step's command: that step, all that descends from it, and the contexts of
 * builds like ours, which nothing can use again. Empty on an engine without BuildKit.
 */
export async function listBuildCache(engine: EngineCaller, mark: string, signal: AbortSignal | undefined): Promise<readonly CachedStep[]> {
  if (builderFor(await engine.ask({ action: 'read the build cache' }, { method: 'GET', path: '/version' }, signal)) !== 'buildkit') return [];
  return leftBy(listAt(await diskUsage(engine, signal), 'BuildCache').map(cacheRecord), mark);
}

/** Before 1.42 the engine measures everything that it has, which may take its time, and refuses to do it for two at once. */
async function diskUsage(engine: EngineCaller, signal: AbortSignal | undefined): Promise<unknown> {
  const until = performance.now() + LONGEST_WAIT;
  for (;;) {
    try {
      return await engine.order({ action: 'read the build cache' }, { method: 'GET', path: '/system/df?type=build-cache' }, signal);
    } catch (error) {
      if (!(error instanceof CcMcpError) || statusOf(error.cause) !== 500 || !/already running/.test(error.message) || performance.now() > until) throw error;
    }
    await setTimeout(PAUSE, undefined, signal === undefined ? {} : { signal });
  }
}

/** Takes away what is named and neither in use nor part of something else; the bytes that this freed. */
export async function removeBuildCache(engine: EngineCaller, ids: readonly string[], signal: AbortSignal | undefined): Promise<number> {
  let reclaimed = 0;
  for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
    // The engine matches ids as a regular expression, which needs the quotes of the engine's own filter language.
    const filters = JSON.stringify({ id: [`"^(${ids.slice(from, from + IDS_PER_CALL).filter((id) => /^\w+$/.test(id)).join('|')})$"`] });
    const request = { method: 'POST', path: `/build/prune?all=1&filters=${encodeURIComponent(filters)}` } as const;
    // 409: another removal is under way.
    reclaimed += numberAt(await engine.order({ action: 'remove build cache' }, request, signal, [409]), 'SpaceReclaimed');
  }
  return reclaimed;
}

/** Children before their parents, because a record with children stays. */
function leftBy(records: readonly CacheRecord[], mark: string): readonly CachedStep[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const parentsOf = ({ parents }: CacheRecord): readonly CacheRecord[] => parents.flatMap((id) => byId.get(id) ?? []);
  const descends = (record: CacheRecord): boolean => record.description.includes(mark) || parentsOf(record).some(descends);
  const contexts = records.filter(({ description }) => CONTEXT.test(description));
  const isUnpacked = ({ parents, createdAt }: CacheRecord): boolean => parents.length === 0 && contexts.some((context) => createdAt >= context.createdAt && createdAt - context.createdAt < UNPACKED_WITHIN);
  const left = records.filter((record) => !BASE_LAYER.test(record.description) && (descends(record) || contexts.includes(record) || isUnpacked(record)));
  return left.filter(({ inUse }) => !inUse).toSorted((a, b) => b.createdAt - a.createdAt).map(({ id, sizeBytes }) => ({ id, sizeBytes }));
}

function cacheRecord(entry: unknown): CacheRecord {
  const parent = textAt(entry, 'Parent');
  return {
    id: textAt(entry, 'ID'),
    parents: parent === '' ? textsAt(entry, 'Parents') : [parent],
    description: textAt(entry, 'Description'),
    inUse: flagAt(entry, 'InUse'),
    // What an image shares with the cache does not go with it.
    sizeBytes: flagAt(entry, 'Shared') ? 0 : numberAt(entry, 'Size'),
    createdAt: timeAt(entry, 'CreatedAt'),
  };
}
