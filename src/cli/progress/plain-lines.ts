import type { ProgressEvent, Step } from '../../domain/progress.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { ListenerOptions, ProgressDisplay } from './listener.ts';
import { elapsed, endedWords, saidByResult, startedWords } from './step-words.ts';

interface RunningStep {
  readonly label: string;
  readonly since: number;
}

/** A log that says nothing for longer looks as if it had ended. */
const SIGN_OF_LIFE_MILLISECONDS = 30_000;

/** For pipes, logs, CI and dumb terminals: a line when a step begins and when it ends. What a builder says is in its own log. */
export class PlainLines implements ProgressDisplay {
  readonly #options: ListenerOptions;
  readonly #now: () => number;
  readonly #running = new Map<Step, RunningStep>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ListenerOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  report(event: ProgressEvent): void {
    switch (event.type) {
      case 'step-started':
        this.#running.delete(event.step);
        this.#running.set(event.step, { label: event.label, since: this.#now() });
        return this.line(`⏳ ${startedWords(event.label)}`);
      case 'step-output': return undefined;
      case 'step-ended': {
        const label = this.#running.get(event.step)?.label ?? '';
        this.#running.delete(event.step);
        return saidByResult(event) ? undefined : this.line(endedWords(event, label, this.#options.screen));
      }
      case 'note': return this.line(sanitizeLine(event.text));
      case 'warning': return this.#options.warn(event.text);
      default: return event satisfies never;
    }
  }

  line(text: string): void {
    this.#options.write(`${text}\n`);
    clearInterval(this.#timer);
    this.#timer = this.#running.size === 0 ? undefined : setInterval(() => this.#signOfLife(), SIGN_OF_LIFE_MILLISECONDS).unref();
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.#running.clear();
    this.pause();
  }

  #signOfLife(): void {
    const step = [...this.#running.values()].at(-1);
    if (step !== undefined) this.#options.write(`⏳ ${startedWords(step.label)} ${elapsed(this.#now() - step.since)}\n`);
  }
}
