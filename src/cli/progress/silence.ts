import type { ProgressEvent } from '../../domain/progress.ts';
import type { ListenerOptions, ProgressDisplay } from './listener.ts';

/** Of `--json`: steps are not shown, warnings are still gathered. */
export class Silence implements ProgressDisplay {
  readonly #options: ListenerOptions;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  report(event: ProgressEvent): void {
    if (event.type === 'warning') this.#options.warn(event.text);
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
