import { sanitize } from '../../domain/sanitize.ts';
import { INVISIBLE } from './invisible.ts';
import type { Match } from './finding.ts';

const BEFORE = 40;
const LENGTH = 140;

/** The text around a match on one line, with every character that a terminal would not show, or would obey, spelled out. */
export function shownAround(text: string, { index, length }: Match): string {
  const from = Math.max(0, index - BEFORE);
  const line = spelledOut(text.slice(from, index + Math.max(length, LENGTH))).replaceAll(/\s+/g, ' ').trim();
  const cut = line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
  return `${from === 0 ? '' : '…'}${cut}`;
}

/** Characters that spell something hidden are decoded, others are named; runs of the same kind once. */
function spelledOut(text: string): string {
  return sanitize(text
    .replaceAll(/[\u{E0000}-\u{E007F}]+/gu, (run) => `[tags: ${decoded(run, (code) => code - 0xe0000)}]`)
    .replaceAll(/[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{3,}/gu, (run) => `[variation selectors: ${decoded(run, selectorByte)}]`)
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, codePoint)
    .replaceAll(new RegExp(`(?:${INVISIBLE.source})+`, 'gu'), (run) => {
      const characters = [...run];
      const [first = ''] = characters;
      return characters.length === 1 ? codePoint(first) : `[${characters.length} invisible characters, ${codePoint(first)}…]`;
    }));
}

function decoded(run: string, code: (codePoint: number) => number): string {
  return [...run].map((character) => {
    const plain = code(character.codePointAt(0) ?? 0);
    return plain >= 0x20 && plain < 0x7f ? String.fromCodePoint(plain) : '·';
  }).join('');
}

/** The byte that a variation selector stands for, where text is smuggled in them: FE00 is 0, E0100 is 16. */
function selectorByte(codePoint: number): number {
  return codePoint < 0xe0000 ? codePoint - 0xfe00 : codePoint - 0xe0100 + 16;
}

function codePoint(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
