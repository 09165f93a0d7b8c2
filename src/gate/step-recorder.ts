import type { Clock } from '../domain/clock.ts';
import type { GateOutcome, GateReport, GateStep, TriedHost } from '../domain/gate-report.ts';
import type { Progress } from '../domain/progress.ts';
import type { Redactor } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export interface StepResult {
  readonly outcome: 'passed' | 'warned' | 'failed';
  /** Of a step that passed: a remark, shown behind it. */
  readonly reason?: string;
  readonly suggestions?: readonly string[];
  /** As in GateStep. */
  readonly dependency?: string | null;
  readonly hosts?: readonly TriedHost[];
  /** Of a step that passed: shown in place of «TITLE passed». */
  readonly label?: string;
}

export const PASSED: StepResult = { outcome: 'passed' };

const REASON_LENGTH = 500;

/** Runs the gate's steps, tells how far it is, and keeps what came of each, without secrets and control characters. */
export class StepRecorder {
  readonly #steps: GateStep[] = [];
  readonly #progress: Progress;
  readonly #clock: Clock;
  readonly #redactor: Redactor;

  constructor(progress: Progress, clock: Clock, redactor: Redactor) {
    this.#progress = progress;
    this.#clock = clock;
    this.#redactor = redactor;
  }

  /** `doing` is shown while it runs. What the work throws is no result of a test: it ends the gate. */
  async run(step: GateStep['step'], title: string, doing: string, work: () => Promise<StepResult>): Promise<StepResult> {
    const begin = this.#clock.monotonic();
    const milliseconds = (): number => Math.round(this.#clock.monotonic() - begin);
    this.#progress.report({ type: 'step-started', step, label: doing });
    let result: StepResult;
    try {
      result = await work();
    } catch (error) {
      this.#progress.report({ type: 'step-ended', step, outcome: 'failed', label: `${title} was not finished`, milliseconds: milliseconds() });
      throw error;
    }
    const entry: GateStep = {
      step, title: this.#clean(title), outcome: result.outcome, reason: this.#clean(result.reason ?? ''),
      suggestions: (result.suggestions ?? []).map((text) => this.#clean(text)), milliseconds: milliseconds(),
      ...(result.dependency === undefined ? {} : { dependency: result.dependency === null ? null : this.#clean(result.dependency) }),
      ...(result.hosts === undefined ? {} : { hosts: result.hosts.map((tried) => ({ ...tried, host: this.#clean(tried.host) })) }),
    };
    this.#steps.push(entry);
    this.#progress.report({ type: 'step-ended', step, outcome: entry.outcome, label: result.label === undefined || entry.outcome === 'warned' ? words(entry) : this.#clean(result.label), milliseconds: entry.milliseconds });
    return result;
  }

  /** `said: false` keeps a step that nobody asked for out of what is shown. */
  skip(step: GateStep['step'], title: string, reason: string, said: boolean): void {
    const entry: GateStep = { step, title: this.#clean(title), outcome: 'skipped', reason, suggestions: [], milliseconds: 0 };
    this.#steps.push(entry);
    if (said) this.#progress.report({ type: 'step-ended', step, outcome: 'skipped', label: words(entry), milliseconds: 0 });
  }

  has(step: GateStep['step']): boolean {
    return this.#steps.some((entry) => entry.step === step);
  }

  /** One failed step fails it all. The steps stand in the order of the gate, whatever ran at the same time. */
  report(proven: GateReport['proven']): Omit<GateReport, 'milliseconds'> {
    const has = (outcome: GateOutcome): boolean => this.#steps.some((step) => step.outcome === outcome);
    const outcome = has('failed') || proven === undefined ? 'failed' : has('warned') ? 'warned' : 'passed';
    const steps = this.#steps.toSorted((a, b) => ORDER.indexOf(a.step) - ORDER.indexOf(b.step));
    return { outcome, steps, ...(proven && { proven }) };
  }

  #clean(text: string): string {
    return sanitizeLine(this.#redactor.redact(text), REASON_LENGTH);
  }
}

const ORDER: readonly GateStep['step'][] = ['companion', 'connection', 'capabilities', 'calls', 'security', 'network', 'shutdown'];

function words({ title, outcome, reason }: GateStep): string {
  const remark = reason === '' ? '' : ` (${reason})`;
  switch (outcome) {
    case 'passed': return `${title} passed`;
    case 'warned': return `${title}: ${reason}`;
    case 'skipped': return `${title} skipped${remark}`;
    case 'failed': return `${title} failed: ${reason}`;
    default: return outcome satisfies never;
  }
}
