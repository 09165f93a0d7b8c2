import { dayBetween } from '../../domain/day.ts';
import type { Day } from '../../domain/day.ts';
import type { CcMcpError } from '../../domain/errors.ts';

/** What came of one tree: of the newest dependencies, or of those of a day. */
export type Trial<Proof> =
  | { readonly outcome: 'works'; readonly proof: Proof }
  /** `reason`: in a few words; `error`: what the user is told when nothing works. */
  | { readonly outcome: 'broken'; readonly reason: string; readonly error: CcMcpError };

export interface TreeSearch<Proof> {
  /** Builds and tests a tree; undefined: the newest. What other dependencies cannot mend is thrown. A tree that was tried comes out as the very same trial. */
  attempt(day: Day | undefined): Promise<Trial<Proof>>;
  /** When the package itself was published; undefined: nobody says. */
  released(): Promise<Day | undefined>;
  readonly today: Day;
  /** Milliseconds, monotonic. */
  elapsed(): number;
  onRetry(day: Day, reason: string): void;
}

export type FoundTree<Proof> =
  | { readonly outcome: 'newest'; readonly proof: Proof }
  | { readonly outcome: 'dated'; readonly proof: Proof; readonly day: Day; readonly reason: string }
  /** `why`: what of the search the error does not say yet. */
  | { readonly outcome: 'none'; readonly error: CcMcpError; readonly why: string };

/** More tries than these find no day that matters: of two years they leave some ten days. */
const TRIES = 6;
/** Milliseconds after which no other day is tried. */
const TIME = 180_000;

/**
 * The newest tree; where it does not start, that of the day when the package was published, which its authors had; and then the
 * newest day whose tree works still, because that has the fixes that came since.
 */
export async function newestWorkingTree<Proof>(search: TreeSearch<Proof>): Promise<FoundTree<Proof>> {
  const newest = await search.attempt(undefined);
  if (newest.outcome === 'works') return { outcome: 'newest', proof: newest.proof };
  const { error, reason } = newest;
  const released = await search.released();
  if (released === undefined) return { outcome: 'none', error, why: 'The registry does not say when it was published, so no older dependencies were tried' };
  search.onRetry(released, reason);
  const first = await search.attempt(released);
  if (first === newest) return { outcome: 'none', error, why: `Its dependencies of ${released}, when it was published as the registry has it, are the same` };
  if (first.outcome === 'broken') {
    return { outcome: 'none', error, why: first.error.message === error.message ? `With the dependencies of ${released} it is the same` : `Nor does it work with the dependencies of ${released}, when it was published: ${first.reason}` };
  }
  return { outcome: 'dated', reason, ...(await laterTree(search, { day: released, proof: first.proof })) };
}

interface Dated<Proof> {
  readonly day: Day;
  readonly proof: Proof;
}

/** By halves between a day that works and today, which does not. */
async function laterTree<Proof>(search: TreeSearch<Proof>, works: Dated<Proof>): Promise<Dated<Proof>> {
  let best = works;
  let broken = search.today;
  for (let tries = 0; tries < TRIES && search.elapsed() < TIME; tries += 1) {
    const day = dayBetween(best.day, broken);
    if (day === undefined) break;
    const trial = await search.attempt(day);
    if (trial.outcome === 'works') best = { day, proof: trial.proof };
    else broken = day;
  }
  return best;
}
