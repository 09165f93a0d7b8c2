import { dayBetween } from '../../domain/day.ts';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';

/** What came of one tree: of the newest dependencies, or of those of a day. */
export type Trial<Proof> =
  /** `ends`: nothing comes of it for another reason, so no better day is looked for. */
  | { readonly outcome: 'works'; readonly proof: Proof; readonly ends?: boolean }
  | BrokenTree<Proof>;

export interface BrokenTree<Proof> {
  readonly outcome: 'broken';
  /** In a few words. */
  readonly reason: string;
  /** What came of it: an error, or a proof that it does not start. */
  readonly came: CcMcpError | Proof;
}

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
  /** What came of the newest counts; `why`: what it does not say yet of the search. */
  | { readonly outcome: 'none'; readonly newest: BrokenTree<Proof>; readonly why: string };

/** More tries than these find no day that matters: of two years they leave some ten days. */
const TRIES = 6;
/** Milliseconds of looking for a better day, after which no other is tried. */
const TIME = 120_000;

/**
 * The newest tree; where it does not start, that of the day when the package was published, which its authors had; and then the
 * newest day whose tree works still, because that has the fixes that came since.
 */
export async function newestWorkingTree<Proof>(search: TreeSearch<Proof>): Promise<FoundTree<Proof>> {
  const newest = await search.attempt(undefined);
  if (newest.outcome === 'works') return { outcome: 'newest', proof: newest.proof };
  const { reason } = newest;
  const released = await search.released();
  if (released === undefined) return { outcome: 'none', newest, why: 'The registry does not say when it was published, so no older dependencies were tried' };
  search.onRetry(released, reason);
  const first = await search.attempt(released);
  if (first === newest) return { outcome: 'none', newest, why: `Its dependencies of ${released}, when it was published as the registry has it, are the same` };
  if (first.outcome === 'broken') {
    return { outcome: 'none', newest, why: first.reason === reason ? `With the dependencies of ${released} it is the same` : `Nor does it work with the dependencies of ${released}, when it was published: ${first.reason}` };
  }
  const works = { day: released, proof: first.proof };
  return { outcome: 'dated', reason, ...(first.ends === true ? works : await laterTree(search, works)) };
}

interface Dated<Proof> {
  readonly day: Day;
  readonly proof: Proof;
}

/** By halves between a day that works and today, which does not. */
async function laterTree<Proof>(search: TreeSearch<Proof>, works: Dated<Proof>): Promise<Dated<Proof>> {
  let best = works;
  let broken = search.today;
  const end = search.elapsed() + TIME;
  for (let tries = 0; tries < TRIES && search.elapsed() < end; tries += 1) {
    const day = dayBetween(best.day, broken);
    if (day === undefined) break;
    const trial = await attemptUnlessCutOff(search, day);
    if (trial === undefined) break;
    if (trial.outcome === 'works') best = { day, proof: trial.proof };
    else broken = day;
  }
  return best;
}

/** A registry that stops to answer ends the search, not what was found. */
async function attemptUnlessCutOff<Proof>(search: TreeSearch<Proof>, day: Day): Promise<Trial<Proof> | undefined> {
  try {
    return await search.attempt(day);
  } catch (error) {
    if (error instanceof CcMcpError && error.code === 'SOURCE_UNREACHABLE') return undefined;
    throw error;
  }
}
