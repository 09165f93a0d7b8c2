import { firstMatch } from './finding.ts';
import type { Match, TextRule } from './finding.ts';

const FLAGS = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}/gu;
const EMOJI_SEQUENCE = /(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic})/gu;
/** Scripts whose letters are joined and kept apart by zero-width characters, or whose words are. */
const JOINED = '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Tibetan}';
const UNSPACED = '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
const IN_JOINED = new RegExp(`(?<=[${JOINED}\\p{Mark}])[\\u200C\\u200D]`, 'gu');
const IN_UNSPACED = new RegExp(`(?<=[${UNSPACED}\\p{Mark}])[\\u200B\\u2060]`, 'gu');
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** As long as the text, so that places stay: what is allowed where it stands becomes a letter. */
function allowed(text: string, ...patterns: readonly RegExp[]): string {
  return patterns.reduce((changed, pattern) => changed.replaceAll(pattern, (run) => 'x'.repeat(run.length)), text);
}

const TAGS: TextRule = {
  id: 'tag-characters', severity: 'high', says: 'hides text in tag characters',
  find: (text) => firstMatch(allowed(text, FLAGS), /[\u{E0000}-\u{E007F}]+/u),
};

const ZERO_WIDTH = /[\u200B-\u200D\u2060-\u2064\u206A-\u206F\uFEFF]/gu;

/** A few may come from a web page that somebody copied. More of them, or one within a word, spell something or cut it. */
const ZERO_WIDTH_MANY: TextRule = {
  id: 'zero-width-text', severity: 'high', says: 'hides text in zero-width characters, or cuts words with them',
  find: (text) => several(zeroWidth(text), ZERO_WIDTH, 3),
};
const ZERO_WIDTH_FEW: TextRule = {
  id: 'zero-width-character', severity: 'medium', says: 'holds a zero-width character',
  find: (text) => several(zeroWidth(text), ZERO_WIDTH, 1),
};

function zeroWidth(text: string): string {
  return allowed(text, EMOJI_SEQUENCE, IN_JOINED, IN_UNSPACED, /^\uFEFF/gu);
}

const FILLERS: TextRule = {
  id: 'invisible-letters', severity: 'high', says: 'holds letters without a shape',
  find: (text) => several(text, /[\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}]/gu, 2),
};

const BIDI_OVERRIDE: TextRule = {
  id: 'bidi-override', severity: 'high', says: 'shows text in another order than it is read in',
  find: (text) => firstMatch(text, /[\u202D\u202E]/) ?? (RIGHT_TO_LEFT.test(text) ? undefined : firstMatch(text, /[\u202A-\u202C\u2066-\u2069]/)),
};
const BIDI_MARKS: TextRule = {
  id: 'bidi-marks', severity: 'medium', says: 'holds marks of right-to-left writing without any such writing',
  find: (text) => (RIGHT_TO_LEFT.test(text) ? undefined : firstMatch(text, /[\u061C\u200E\u200F]/)),
};

/** One selector belongs to the emoji, symbol or ideograph before it. */
const SELECTORS: TextRule = {
  id: 'variation-selectors', severity: 'high', says: 'hides text in variation selectors',
  find: (text) => firstMatch(
    allowed(text, /(?<=[\p{Emoji}\p{Symbol}\p{Punctuation}])[\uFE0E\uFE0F](?![\uFE00-\uFE0F])/gu, /(?<=[\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Symbol}])[\uFE00-\uFE02](?![\uFE00-\uFE0F])/gu, /(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}](?![\u{E0100}-\u{E01EF}])/gu),
    /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]+/u,
  ),
};

const PRIVATE_USE: TextRule = {
  id: 'private-use', severity: 'medium', says: 'holds characters without a common meaning',
  find: (text) => firstMatch(text, /[\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]+/u),
};

/** Greek letters stand for quantities, beside Latin units. */
const MIXED_WORDS: TextRule = {
  id: 'mixed-scripts', severity: 'medium', says: 'mixes letters that look alike within a word',
  find: (text) => firstMatch(text, /\p{Script=Latin}{2}[\p{Script=Cyrillic}\p{Script=Armenian}]|[\p{Script=Cyrillic}\p{Script=Armenian}]\p{Script=Latin}{2}/u),
};

/** A long word may have them; a text that is full of them is not found by who searches it. */
const SOFT_HYPHENS: TextRule = {
  id: 'soft-hyphens', severity: 'medium', says: 'cuts its words with invisible hyphens',
  find: (text) => several(text, /\u00AD/gu, 4),
};

export const HIDDEN_CHARACTERS: readonly TextRule[] = [TAGS, ZERO_WIDTH_MANY, ZERO_WIDTH_FEW, FILLERS, BIDI_OVERRIDE, BIDI_MARKS, SELECTORS, PRIVATE_USE, SOFT_HYPHENS, MIXED_WORDS];

function several(text: string, pattern: RegExp, least: number): Match | undefined {
  const found = [...text.matchAll(pattern)];
  const [first] = found;
  return first === undefined || found.length < least ? undefined : { index: first.index, length: first[0].length };
}
