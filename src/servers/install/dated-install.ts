import { dayAt, dayOf } from '../../domain/day.ts';
import type { Day } from '../../domain/day.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { GateReport, GateStep } from '../../domain/gate-report.ts';
import type { OpenedSource, ResolvedPackage } from '../../domain/source.ts';
import type { ConnectedEngine, InstallPorts } from '../ports.ts';
import { releaseInterrupted, triedTag } from './image-tags.ts';
import type { ServerImage } from './image-request.ts';
import { newestWorkingTree } from './newest-working-tree.ts';
import type { Trial } from './newest-working-tree.ts';

export interface DatedInstall<Proof> {
  readonly engine: ConnectedEngine;
  readonly source: OpenedSource;
  /** `postgres-mcp 0.3.0`, for messages. */
  readonly what: string;
  readonly tags: readonly [string, string];
  /** Whether an image that is given up may go. */
  readonly disposable: boolean;
  details(): Promise<ResolvedPackage>;
  /** fetch → build → gate; `onTree` is told the dependency lock before anything is built. */
  prove(asOf: Day | undefined, onTree: (lock: string) => void): Promise<Proof>;
}

/** A tree that came out once already is not built again. */
class KnownTree<Proof> extends Error {
  readonly trial: Trial<Proof>;

  constructor(trial: Trial<Proof>) {
    super('this tree was tried');
    this.trial = trial;
  }
}

/**
 * The newest dependencies; where they do not start, the newest that do, with the last day that is known to have them. The image that was
 * proven has the tags at the end, and those of other days are gone.
 */
export async function installDated<Proof extends { readonly image: ServerImage; readonly gate: GateReport }>(ports: InstallPorts, install: DatedInstall<Proof>, signal: AbortSignal): Promise<{ readonly proof: Proof; readonly day?: Day }> {
  const { engine, what, tags, source } = install;
  const begin = ports.clock.monotonic();
  const kept = triedTag(tags[1]);
  const trials = new Map<string, Trial<Proof>>();
  let known: string | undefined;
  const attempt = async (day: Day | undefined): Promise<Trial<Proof>> => {
    known = undefined;
    try {
      const proof = await install.prove(day, (lock) => {
        const trial = trials.get(lock);
        if (trial !== undefined) throw new KnownTree(trial);
        known = lock;
      });
      const trial = trialOf(proof, source);
      trials.set(proof.image.dependencies, trial);
      if (trial.outcome === 'broken') {
        if (install.disposable) await releaseInterrupted(engine, tags[1], signal);
      } else if (day !== undefined) {
        await releaseInterrupted(engine, kept, signal);
        await engine.images.tag(proof.image.imageId, kept, signal);
      }
      return trial;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KnownTree) return error.trial;
      if (!(error instanceof CcMcpError) || (error.code !== 'RESOLUTION_FAILED' && error.code !== 'BUILD_FAILED')) throw error;
      const trial: Trial<Proof> = { outcome: 'broken', reason: error.message, came: error };
      if (known !== undefined) trials.set(known, trial);
      return trial;
    }
  };
  try {
    const found = await newestWorkingTree({
      attempt,
      released: async () => dayOf((await install.details()).publishedAt ?? ''),
      today: dayAt(ports.clock.now()),
      elapsed: () => ports.clock.monotonic() - begin,
      onRetry: (day, reason) => ports.progress.report({ type: 'note', text: `The newest dependencies of ${what} do not start (${reason}): trying those of ${day}, when it was published` }),
    });
    if (found.outcome === 'newest') return { proof: found.proof };
    if (found.outcome === 'dated') {
      for (const tag of tags) await engine.images.tag(found.proof.image.imageId, tag, signal);
      if (found.proof.gate.outcome !== 'failed') ports.progress.report({ type: 'warning', text: `${what}: newest dependencies do not start: ${found.reason}; those of ${found.day} do` });
      return { proof: found.proof, day: found.day };
    }
    ports.progress.report({ type: 'warning', text: found.why });
    if (found.newest.came instanceof CcMcpError) throw found.newest.came;
    return { proof: found.newest.came };
  } finally {
    await releaseInterrupted(engine, kept);
  }
}

/** What is wrong with a server but for its dependencies, other ones do not mend. */
function trialOf<Proof extends { readonly image: ServerImage; readonly gate: GateReport }>(proof: Proof, { dated }: OpenedSource): Trial<Proof> {
  const step = proof.gate.steps.find(({ outcome, dependency }) => outcome === 'failed' && dependency !== undefined);
  if (step === undefined) return { outcome: 'works', proof, ...(proof.gate.outcome === 'failed' ? { ends: true } : {}) };
  const reason = reasonOf(step, proof.image.dependencies, dated);
  return { outcome: 'broken', reason, came: proof };
}

/** «mcp 2.3.0: the Python module mcp.server.fastmcp is missing» */
function reasonOf({ dependency, reason }: GateStep, lock: string, dated: OpenedSource['dated']): string {
  const version = dependency === undefined || dependency === null ? undefined : dated?.versionOf(lock, dependency);
  return version === undefined ? reason : `${dependency} ${version}: ${reason}`;
}
