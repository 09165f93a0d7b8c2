import type { Clock } from '../domain/clock.ts';
import type { Progress, Step } from '../domain/progress.ts';

export interface ReportedStep<T> {
  readonly step: Step;
  /** While it runs, and when it failed. */
  readonly label: string;
  /** When it is done; without it the label. */
  readonly done?: (result: T) => string;
}

/** Says that a step begins, and how it ended. */
export async function reportStep<T>({ progress, clock }: { readonly progress: Progress; readonly clock: Clock }, { step, label, done }: ReportedStep<T>, work: () => Promise<T>): Promise<T> {
  const begin = clock.monotonic();
  const ended = (outcome: 'passed' | 'failed', words: string): void => progress.report({ type: 'step-ended', step, outcome, label: words, milliseconds: clock.monotonic() - begin });
  progress.report({ type: 'step-started', step, label });
  let result: T;
  try {
    result = await work();
  } catch (error) {
    ended('failed', label);
    throw error;
  }
  ended('passed', done?.(result) ?? label);
  return result;
}
