import type { ProgressEvent, Progress } from '../domain/progress.ts';
import { failureView, warningView } from '../ui/failure.ts';
import type { Screen } from '../ui/screen.ts';
import { mapTexts } from './envelope.ts';
import type { FailureEnvelope, FailureReport, SuccessEnvelope } from './envelope.ts';
import type { ProgressDisplay } from './progress/listener.ts';
import { progressDisplay } from './progress/progress-display.ts';
import { valueRedactor } from './secret-values.ts';
import type { GivenValue } from './secret-values.ts';
import { screenOf } from './terminal.ts';
import type { OutputStream } from './terminal.ts';

export interface CommandOutputOptions {
  readonly json: boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** All that a command prints: the result to stdout, everything else to stderr, nothing with a value in it that the user passed. */
export class CommandOutput implements Disposable {
  readonly #options: CommandOutputOptions;
  readonly #display: ProgressDisplay;
  readonly #warnings: string[] = [];
  #redact: (text: string) => string = (text) => text;
  #streamed = false;

  constructor(options: CommandOutputOptions) {
    this.#options = options;
    this.#display = progressDisplay({ json: options.json, stream: options.stderr, environment: options.environment, warn: (text) => this.warn(text) });
  }

  /** stdout as views know it. */
  get screen(): Screen {
    return screenOf(this.#options.stdout, this.#options.environment);
  }

  /** Whether somebody watches progress and result on one terminal. */
  get watched(): boolean {
    return this.#options.stdout.isTTY === true && this.#options.stderr.isTTY === true;
  }

  get progress(): Progress {
    return { report: (event) => this.#display.report(this.#redacted(event)) };
  }

  /** Takes these values out of everything that is printed from now on; one without a value is the environment's. */
  hide(values: readonly GivenValue[], environment: Readonly<Record<string, string | undefined>>, typed: readonly string[]): void {
    this.#redact = valueRedactor(values.map(({ name, value }) => ({ name, value: value ?? environment[name] })), typed);
  }

  redact(text: string): string {
    return this.#redact(text);
  }

  /** Leaves stderr to somebody else, a question for example. */
  pause(): void {
    this.#display.pause();
  }

  /** A result for people. */
  print(text: string): void {
    this.#display.pause();
    if (!this.#options.json) this.#options.stdout.write(`${this.#redact(text)}\n`);
  }

  /** One line of a result that is followed: as text, or as a line of JSON, which then takes the place of the document. */
  printLine(value: object, text: string): void {
    if (!this.#options.json) return this.print(text);
    this.#streamed = true;
    this.#options.stdout.write(`${JSON.stringify(mapTexts(value, this.#redact))}\n`);
  }

  warn(text: string): void {
    const clean = this.#redact(text);
    this.#warnings.push(clean);
    this.#display.line(warningView(clean, screenOf(this.#options.stderr, this.#options.environment)));
  }

  success<T extends object>(result: T): SuccessEnvelope<T> {
    return { ok: true, result: mapTexts(result, this.#redact), warnings: this.#warnings };
  }

  failure(report: FailureReport): FailureEnvelope {
    return { ok: false, error: report, warnings: this.#warnings };
  }

  /** The document of `--json`; after a stream only a failure is still said. */
  printJson(envelope: SuccessEnvelope<object> | FailureEnvelope): void {
    if (!this.#streamed) this.#options.stdout.write(`${JSON.stringify(envelope, undefined, 2)}\n`);
    else if (!envelope.ok) this.#options.stdout.write(`${JSON.stringify(envelope)}\n`);
  }

  /** A failure where it belongs: the envelope on stdout, or words on stderr. */
  printFailure(report: FailureReport, stack: string | undefined): void {
    this.#display.pause();
    if (stack !== undefined) this.#options.stderr.write(`${this.#redact(stack)}\n`);
    if (this.#options.json) return this.printJson(this.failure(report));
    const { log } = report.details;
    const lines = Array.isArray(log) ? log.map(String) : [];
    this.#options.stderr.write(`${failureView({ ...report, log: lines }, screenOf(this.#options.stderr, this.#options.environment))}\n`);
  }

  [Symbol.dispose](): void {
    this.#display[Symbol.dispose]();
  }

  #redacted(event: ProgressEvent): ProgressEvent {
    switch (event.type) {
      case 'step-started':
      case 'step-ended': return { ...event, label: this.#redact(event.label) };
      case 'step-output': return { ...event, line: this.#redact(event.line) };
      case 'note':
      case 'warning': return { ...event, text: this.#redact(event.text) };
      default: return event satisfies never;
    }
  }
}
