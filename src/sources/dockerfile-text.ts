import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** One instruction, in one line: what a builder reads of ours is what we read. */
export interface Instruction {
  /** Of the file, from 1. */
  readonly line: number;
  /** Upper case. */
  readonly name: string;
  readonly rest: string;
}

const LONGEST = 60_000;
const HERE_DOCUMENT = /(?:^|\s)\d*<<-?["']?[A-Za-z_]/;

/** Takes a stranger's Dockerfile apart. What builders read in different ways is refused by its line. */
export function readInstructions(text: string, path: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let begun: { readonly line: number; text: string } | undefined;
  const end = (): void => {
    if (begun === undefined) return;
    const { line, text: whole } = begun;
    begun = undefined;
    const [, name = '', rest = ''] = /^([A-Za-z]+)(?:[ \t]+(.*))?$/s.exec(whole.trim()) ?? [];
    if (name === '') throw refusedLine(path, line, `is no instruction: ${sanitizeLine(whole, 60)}`);
    if (whole.length > LONGEST) throw refusedLine(path, line, 'is longer than builders read');
    if (/^(?:RUN|COPY|ADD)$/i.test(name) && HERE_DOCUMENT.test(rest)) throw refusedLine(path, line, 'has a here-document, which only BuildKit reads: write its lines with && and \\');
    instructions.push({ line, name: name.toUpperCase(), rest: rest.trim() });
  };
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const line = index + 1;
    if (/[\0-\x08\x0B-\x1F\x7F]/.test(raw)) throw refusedLine(path, line, 'has control characters');
    if (instructions.length === 0 && begun === undefined && /^\s*#\s*escape\s*=\s*[^\\\s]/i.test(raw)) throw refusedLine(path, line, 'chooses another escape character than \\');
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    if (/\\\\[ \t]*$/.test(raw)) throw refusedLine(path, line, 'ends with two backslashes, which builders read in two ways');
    const continues = /\\[ \t]*$/.test(raw);
    const part = continues ? raw.replace(/\\[ \t]*$/, '') : raw;
    begun = begun === undefined ? { line, text: part.trimStart() } : { ...begun, text: begun.text + part };
    if (!continues) end();
  }
  end();
  return instructions;
}

export function refusedLine(path: string, line: number, problem: string, suggestions: readonly string[] = []): CcMcpError {
  return new CcMcpError('REFUSED', `Line ${line} of ${sanitizeLine(path, 100)} ${sanitizeLine(problem, 300)}`, { suggestions, details: { dockerfile: path, line } });
}
