import type { Readable } from 'node:stream';
import type { Clock } from '../domain/clock.ts';
import { createRedactor } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { SessionLog } from '../domain/session-ports.ts';

/** A server that writes more is slowed down to it: the disk is bounded by rotation, this bounds the work. */
const BYTES_PER_SECOND = 4 * 1024 * 1024;
const BURST_BYTES = 8 * 1024 * 1024;
const LAST_LINES_KEPT = 8192;

/** Takes a server's stderr into its log, known values out of it, and keeps the end of it for error messages. */
export class StderrCapture {
  readonly #log: SessionLog;
  readonly #clock: Clock;
  readonly #redactor: ReturnType<ReturnType<typeof createRedactor>['stream']>;
  readonly #decoder = new TextDecoder();
  #allowance = BURST_BYTES;
  #allowanceAt: number;
  #end = '';
  #heapExhausted = false;
  #source: Readable | undefined;

  constructor(log: SessionLog, clock: Clock, secrets: readonly string[]) {
    this.#log = log;
    this.#clock = clock;
    this.#redactor = createRedactor(secrets).stream();
    this.#allowanceAt = clock.monotonic();
  }

  /** Resolves when the server's stderr has ended. */
  async take(source: Readable): Promise<void> {
    this.#source = source;
    const closed = new Promise<void>((resolve) => {
      source.once('end', resolve);
      source.once('close', resolve);
      source.on('error', () => resolve());
    });
    source.on('data', (chunk: Buffer) => {
      const calm = this.#accept(this.#redactor.push(this.#decoder.decode(chunk, { stream: true })));
      const wait = this.#waitFor(chunk.length);
      if (calm && wait === 0) return;
      source.pause();
      void Promise.all([calm ? undefined : this.#log.drained(), this.#clock.sleep(wait)]).then(() => source.resume());
    });
    await closed;
  }

  async close(): Promise<void> {
    this.#source?.destroy();
    this.#accept(this.#redactor.push(this.#decoder.decode()) + this.#redactor.end());
    await this.#log.close();
  }

  /** The last lines that say something, redacted and safe to show. */
  lastLines(count: number): readonly string[] {
    return this.#end.split('\n').map((line) => sanitizeLine(line, 200)).filter((line) => line !== '').slice(-count);
  }

  /** Whether a JavaScript or Python heap said that it was full. */
  get heapExhausted(): boolean {
    return this.#heapExhausted;
  }

  #accept(text: string): boolean {
    if (text === '') return true;
    this.#end = (this.#end + text).slice(-LAST_LINES_KEPT);
    this.#heapExhausted ||= /JavaScript heap out of memory|^MemoryError\b/m.test(this.#end);
    return this.#log.write(text);
  }

  /** Milliseconds until as much as this may be read again. */
  #waitFor(bytes: number): number {
    const now = this.#clock.monotonic();
    this.#allowance = Math.min(BURST_BYTES, this.#allowance + ((now - this.#allowanceAt) / 1000) * BYTES_PER_SECOND) - bytes;
    this.#allowanceAt = now;
    return this.#allowance >= 0 ? 0 : (-this.#allowance / BYTES_PER_SECOND) * 1000;
  }
}
