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
const ECHO_COLUMNS = 2;
const CLEAR_LINE = '\r\u001B[2K';
const CLEAR_LINE_ABOVE = '\u001B[1A\u001B[2K';
/** What the classic builder says of its own containers, between the lines that tell something. */
const BUILDER_CHATTER = /^\s*(?:--->|Removing intermediate container)/;

/** For a terminal: what is done stays as a line, what runs is one line below that is redrawn with its elapsed time. */
export class LiveSteps implements ProgressDisplay {
  readonly #options: ListenerOptions;
  readonly #now: () => number;
  readonly #running = new Map<Step, RunningStep>();
  #timer: NodeJS.Timeout | undefined;
  /** Width of the line that is drawn now. */
  #drawn = 0;
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
        if (step !== undefined && !BUILDER_CHATTER.test(event.line)) step.output = sanitizeLine(event.line, 200);
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
    const { head, output } = this.#words(step);
    this.#options.write(`${head}${paint(this.#options.screen, 'dim', output)}`);
    this.#drawn = textWidth(head + output);
    this.#timer ??= setInterval(() => {
      this.#turn += 1;
      this.#draw();
    }, REDRAW_MILLISECONDS).unref();
  }

  /** Short enough for the screen, with the `^C` that a terminal echoes: a line that wraps could not be cleared. The time is never cut. */
  #words(step: RunningStep): { readonly head: string; readonly output: string } {
    const { screen } = this.#options;
    const seconds = elapsed(this.#now() - step.since);
    const time = seconds === '' ? '' : ` ${seconds}`;
    const mark = Math.floor(this.#turn / 4) % 2 === 0 ? '⏳' : '⌛';
    const available = screen.columns - 1 - ECHO_COLUMNS;
    const words = `${mark} ${startedWords(step.label)}`;
    const whole = textWidth(words) + textWidth(time) <= available;
    const head = `${whole ? words : cutToWidth(words.replace(/\.{3}$/, ''), available - textWidth(time))}${time}`;
    const room = available - 1 - textWidth(head);
    return { head, output: room < 10 || step.output === '' ? '' : ` ${cutToWidth(step.output, room)}` };
  }

  /** A terminal that was made narrower since then has wrapped the line. */
  #clear(): void {
    if (this.#drawn === 0) return;
    const wrapped = Math.ceil(this.#drawn / this.#options.screen.columns) - 1;
    this.#options.write(CLEAR_LINE + CLEAR_LINE_ABOVE.repeat(wrapped));
    this.#drawn = 0;
  }
}
