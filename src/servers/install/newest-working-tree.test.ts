import { describe, expect, test } from 'vitest';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { newestWorkingTree } from './newest-working-tree.ts';
import type { FoundTree, Trial } from './newest-working-tree.ts';

const RELEASED = '2025-04-25' as Day;
const TODAY = '2026-11-21' as Day;

interface Circumstances {
  /** Trees break from this day on; `newest` breaks always. */
  readonly breaks?: string;
  /** How a tree of a day ends that is none of `breaks`. */
  readonly early?: Trial<string>;
  readonly released?: Day | undefined;
  /** The registry answers no more once the first day works. */
  readonly cutOff?: boolean;
  /** Milliseconds that each try takes. */
  readonly takes?: number;
}

function broken(message: string): Trial<string> {
  return { outcome: 'broken', reason: message, came: new CcMcpError('RESOLUTION_FAILED', message) };
}

async function search({ breaks = '2026-07-01', early, released = RELEASED, cutOff = false, takes = 1 }: Circumstances, noDate = false): Promise<{ found: FoundTree<string>; tried: string[]; said: string[] }> {
  const tried: string[] = [];
  const said: string[] = [];
  const newest = broken('mcp 2.3.0 is too new');
  const found = await newestWorkingTree<string>({
    async attempt(day) {
      tried.push(day ?? 'newest');
      if (day === undefined) return breaks === 'never' ? { outcome: 'works', proof: 'newest' } : newest;
      if (cutOff && day !== released) throw new CcMcpError('SOURCE_UNREACHABLE', 'the registry does not answer');
      if (day >= breaks) return newest;
      return early ?? { outcome: 'works', proof: day };
    },
    released: async () => (noDate ? undefined : released),
    today: TODAY,
    elapsed: () => tried.length * takes,
    onRetry: (day, reason) => void said.push(`${reason}: ${day}`),
  });
  return { found, tried, said };
}

describe('[N5] the newest tree that works', () => {
  test('is the newest, and nothing else is tried then', async () => {
    expect(await search({ breaks: 'never' })).toMatchObject({ found: { outcome: 'newest', proof: 'newest' }, tried: ['newest'], said: [] });
  });

  test('is looked for from the release on, by halves, and comes near to the day that broke it', async () => {
    const { found, tried, said } = await search({});
    expect(found).toMatchObject({ outcome: 'dated', reason: 'mcp 2.3.0 is too new' });
    const { day, proof } = found as Extract<typeof found, { outcome: 'dated' }>;
    expect(proof).toBe(day);
    expect(day < '2026-07-01' && day > '2026-06-10').toBe(true);
    expect(tried.slice(0, 2)).toEqual(['newest', RELEASED]);
    expect(tried).toHaveLength(8);
    expect(said).toEqual([`mcp 2.3.0 is too new: ${RELEASED}`]);
  });

  test('is that of the release when the day after it broke', async () => {
    expect((await search({ breaks: '2025-04-26' })).found).toMatchObject({ outcome: 'dated', day: RELEASED });
  });

  test('is what was found when the time is over', async () => {
    const { found, tried } = await search({ takes: 80_000 });
    expect(tried).toEqual(['newest', RELEASED, '2026-02-06', '2026-06-30']);
    expect(found).toMatchObject({ outcome: 'dated', day: '2026-06-30' });
  });

  test('is what was found when the registry answers no more', async () => {
    const { found, tried } = await search({ cutOff: true });
    expect(tried).toHaveLength(3);
    expect(found).toMatchObject({ outcome: 'dated', day: RELEASED });
  });

  test('is not looked for further where something else is in the way', async () => {
    const { found, tried } = await search({ early: { outcome: 'works', proof: 'wants a value', ends: true } });
    expect(tried).toEqual(['newest', RELEASED]);
    expect(found).toMatchObject({ outcome: 'dated', day: RELEASED, proof: 'wants a value' });
  });

  test('is none where the day of the release does not work either: the first failure counts, and both are said', async () => {
    const { found, tried } = await search({ early: broken('pglast 7.2 is gone') });
    expect(tried).toEqual(['newest', RELEASED]);
    expect(found).toMatchObject({ outcome: 'none', newest: { reason: 'mcp 2.3.0 is too new' }, why: 'Nor does it work with the dependencies of 2025-04-25, when it was published: pglast 7.2 is gone' });
    expect((await search({ early: broken('mcp 2.3.0 is too new') })).found).toMatchObject({ outcome: 'none', why: 'With the dependencies of 2025-04-25 it is the same' });
  });

  test('is none where a registry has one date for everything, and where it has none', async () => {
    expect((await search({ breaks: '2000-01-01' })).found).toMatchObject({ outcome: 'none', why: 'Its dependencies of 2025-04-25, when it was published as the registry has it, are the same' });
    const { found, tried } = await search({}, true);
    expect(tried).toEqual(['newest']);
    expect(found).toMatchObject({ outcome: 'none', why: 'The registry does not say when it was published, so no older dependencies were tried' });
  });
});
