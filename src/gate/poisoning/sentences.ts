import type { SentenceRule } from './finding.ts';

/** A longer one is looked at in pieces, so that no pattern meets more than it can read quickly. */
const LONGEST = 1000;
const OVERLAP = 100;
/** Shorter ones order nothing. */
const SHORTEST = 8;

export interface Sentence {
  readonly text: string;
  readonly index: number;
}

/** A text cut at the ends of its sentences, its paragraphs and the points of its lists. Places are those in the text. */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  for (const { index, 0: gap } of text.matchAll(/(?<=[.!?;]["')\]*]{0,3})\s+|(?<=[。！？；])|\n\s*\n|\n\s*(?=[-*•#]|\d+[.)]\s)/g)) {
    sentences.push(...pieces(text, from, index));
    from = index + gap.length;
  }
  return [...sentences, ...pieces(text, from, text.length)];
}

/** The first sentence that breaks a rule. */
export function breaking(sentences: readonly Sentence[], { breaks }: SentenceRule): Sentence | undefined {
  return sentences.find(({ text }) => breaks(text));
}

function pieces(text: string, from: number, to: number): readonly Sentence[] {
  const found: Sentence[] = [];
  for (let at = from; at < to; at += LONGEST) {
    const piece = text.slice(at, Math.min(to, at + LONGEST + OVERLAP)).replaceAll('\n', ' ');
    if (piece.trim().length >= SHORTEST) found.push({ index: at, text: piece });
  }
  return found;
}
