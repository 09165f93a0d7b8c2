import type { ProgressEvent, Step } from '../../domain/progress.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { ListenerOptions, ProgressDisplay } from './listener.ts';
import { endedWords, saidByResult, startedWords } from './step-words.ts';

/** For pipes, logs, CI and dumb terminals: one line an event, nothing is redrawn. */
export class PlainLines implements ProgressDisplay {
  readonly #options: ListenerOptions;
  readonly #labels = new Map<Step, string>();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  report(event: ProgressEvent): void {
    switch (event.type) {
      case 'step-started':
        this.#labels.set(event.step, event.label);
        return this.line(`⏳ ${startedWords(event.label)}`);
      case 'step-output': return this.line(`  ${sanitizeLine(event.line)}`);
      case 'step-ended': return saidByResult(event) ? undefined : this.line(endedWords(event, this.#labels.get(event.step) ?? '', this.#options.screen));
      case 'note': return this.line(sanitizeLine(event.text));
      case 'warning': return this.#options.warn(event.text);
      default: return event satisfies never;
    }
  }

  line(text: string): void {
    this.#options.write(`${text}\n`);
  }

  pause(): void {
    // Nothing is ever redrawn.
  }

  [Symbol.dispose](): void {
    // Nothing is held.
  }
}
