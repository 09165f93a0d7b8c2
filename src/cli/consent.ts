import type { Readable, Writable } from 'node:stream';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Consent, ConsentQuestion } from '../servers/ports.ts';

/** Where questions can be asked. */
export interface QuestionTerminal {
  readonly input: Readable;
  readonly output: Writable;
}

export interface ConsentOptions {
  /** `--yes`: it answers the questions whose flag it is, no others. */
  readonly yes: boolean;
  /** Undefined where nobody sits at a terminal. */
  readonly terminal: QuestionTerminal | undefined;
  /** Before something is written: a line that is being redrawn must go. */
  readonly beforeAsking: () => void;
  readonly signal: AbortSignal;
}

export class TerminalConsent implements Consent {
  readonly #options: ConsentOptions;

  constructor(options: ConsentOptions) {
    this.#options = options;
  }

  async confirm({ lines, question, flag }: ConsentQuestion): Promise<boolean> {
    if (this.#options.yes && flag === '--yes') return true;
    const clean = lines.map((line) => sanitizeLine(line));
    const terminal = this.#terminal(`${sanitizeLine(question)}${clean.length === 0 ? '' : ` (${clean.join('; ')})`}`, `Answer with ${flag}`);
    const answer = await this.#ask(terminal, `${clean.map((line) => `  ${line}\n`).join('')}${sanitizeLine(question)} [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  }

  async choose(question: string, options: readonly string[], flag: string): Promise<string> {
    const clean = options.map((option) => sanitizeLine(option));
    const terminal = this.#terminal(`${sanitizeLine(question)} ${clean.join(', ')}`, `Choose with ${flag}`);
    const list = clean.map((option, index) => `  ${index + 1}  ${option}\n`).join('');
    const answer = (await this.#ask(terminal, `${list}${sanitizeLine(question)} [1-${options.length}] `)).trim();
    const chosen = options[Number(answer) - 1] ?? options.find((option) => option === answer);
    if (chosen === undefined) throw new CcMcpError('CONSENT_NEEDED', 'None of them was chosen', { suggestions: [`Choose with ${flag}`] });
    return chosen;
  }

  #terminal(wanted: string, suggestion: string): QuestionTerminal {
    const { terminal } = this.#options;
    if (terminal === undefined) throw new CcMcpError('CONSENT_NEEDED', `Nobody can be asked here: ${wanted}`, { suggestions: [suggestion] });
    return terminal;
  }

  /** An end of input is an empty answer. The terminal stays in its own line mode, so that Ctrl-C is a signal. */
  async #ask({ input, output }: QuestionTerminal, text: string): Promise<string> {
    const { createInterface } = await import('node:readline/promises');
    const reader = createInterface({ input, output, terminal: false });
    this.#options.beforeAsking();
    try {
      const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
      return await Promise.race([reader.question(text, { signal: this.#options.signal }), ended]);
    } finally {
      reader.close();
    }
  }
}
