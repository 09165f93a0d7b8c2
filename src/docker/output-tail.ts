import { sanitize } from '../domain/sanitize.ts';

/** A program that draws a progress bar never ends its line. */
const LONGEST_LINE = 16 * 1024;

/** Output of a stranger's program: handed on line by line, harmless for a terminal; its last lines are kept, within `limit` characters. */
export class OutputTail {
  readonly #onLine: (line: string) => void;
  readonly #limit: number;
  readonly #clean: (line: string) => string;
  readonly #lines: string[] = [];
  #size = 0;
  #held = '';

  /** `clean` takes out what must not be seen. */
  constructor(onLine: (line: string) => void, { limit = 64 * 1024, clean = (line) => line }: { readonly limit?: number; readonly clean?: (line: string) => string } = {}) {
    this.#onLine = onLine;
    this.#limit = limit;
    this.#clean = clean;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  push(text: string): void {
    const parts = (this.#held + text).split('\n');
    this.#held = parts.pop() ?? '';
    for (const part of parts) this.#take(part);
    while (this.#held.length > LONGEST_LINE) {
      this.#take(this.#held.slice(0, LONGEST_LINE));
      this.#held = this.#held.slice(LONGEST_LINE);
    }
  }

  end(): void {
    if (this.#held !== '') this.#take(this.#held);
    this.#held = '';
  }

  #take(raw: string): void {
    // Of what a terminal would have drawn over, the last.
    const line = this.#clean(sanitize(raw.replace(/\r+$/, '').split('\r').at(-1) ?? ''));
    this.#onLine(line);
    this.#lines.push(line);
    this.#size += line.length + 1;
    while (this.#size > this.#limit && this.#lines.length > 1) this.#size -= (this.#lines.shift() ?? '').length + 1;
  }
}
