import type { ProgressEvent, Step } from '../../domain/progress.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { paint } from '../../ui/screen.ts';
import { cutToWidth, textWidth } from '../../ui/text-width.ts';
import type { ListenerOptions, ProgressDisplay } from './listener.ts';
import { elapsed, endedWords, saidByResult, startedWords } from './step-words.ts';

interface RunningStep {
  readonly label: string;
  readonly since: number;
  output: string;
}

const REDRAW_MILLISECONDS = 250;
const CLEAR_LINE = '\r\u001B[2K';

/** For a terminal: what is done stays as a line, what runs is one line below that is redrawn with its elapsed time. */
export class LiveSteps implements ProgressDisplay {
  readonly #options: ListenerOptions;
  readonly #now: () => number;
  readonly #running = new Map<Step, RunningStep>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;
  #turn = 0;

  constructor(options: ListenerOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  report(event: ProgressEvent): void {
    switch (event.type) {
      case 'step-started':
        this.#running.delete(event.step);
        this.#running.set(event.step, { label: event.label, since: this.#now(), output: '' });
        return this.#draw();
      case 'step-output': {
        const step = this.#running.get(event.step);
        if (step !== undefined) step.output = sanitizeLine(event.line, 200);
        return undefined;
      }
      case 'step-ended': {
        const started = this.#running.get(event.step);
        this.#running.delete(event.step);
        if (saidByResult(event)) return this.#draw();
        return this.line(endedWords(event, started?.label ?? '', this.#options.screen));
      }
      case 'note': return this.line(sanitizeLine(event.text));
      case 'warning': return this.#options.warn(event.text);
      default: return event satisfies never;
    }
  }

  line(text: string): void {
    this.#clear();
    this.#options.write(`${text}\n`);
    this.#draw();
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clear();
  }

  [Symbol.dispose](): void {
    this.#running.clear();
    this.pause();
  }

  #draw(): void {
    this.#clear();
    const step = [...this.#running.values()].at(-1);
    if (step === undefined) return;
    this.#options.write(this.#words(step));
    this.#drawn = true;
    this.#timer ??= setInterval(() => {
      this.#turn += 1;
      this.#draw();
    }, REDRAW_MILLISECONDS).unref();
  }

  /** Always shorter than the screen is wide: a line that wraps could not be cleared. */
  #words(step: RunningStep): string {
    const { screen } = this.#options;
    const time = elapsed(this.#now() - step.since);
    const mark = Math.floor(this.#turn / 4) % 2 === 0 ? '⏳' : '⌛';
    const head = cutToWidth(`${mark} ${startedWords(step.label)}${time === '' ? '' : ` ${time}`}`, screen.columns - 1);
    const room = screen.columns - 2 - textWidth(head);
    return room < 10 || step.output === '' ? head : `${head} ${paint(screen, 'dim', cutToWidth(step.output, room))}`;
  }

  #clear(): void {
    if (this.#drawn) this.#options.write(CLEAR_LINE);
    this.#drawn = false;
  }
}
