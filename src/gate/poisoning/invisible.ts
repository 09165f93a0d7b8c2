/**
 * What takes no room on a screen and is read by a model all the same: zero-width and bidirectional characters, fillers, tags, and
 * variation selectors beyond those of emoji.
 */
export const INVISIBLE = /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0D\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E01EF}]/u;

/** The text as a person reads it: without invisible characters, one kind of width and of quotation mark, no more space than words need. Lines stay. */
export function asRead(text: string): string {
  return text.normalize('NFKC').replaceAll(new RegExp(INVISIBLE.source, 'gu'), '').replaceAll(/[\u2018\u2019\u02BC]/g, '\'').replaceAll(/[\u201C\u201D]/g, '"')
    .replaceAll(/[^\S\n]+/g, ' ').replaceAll(/(?:\n ?){3,}/g, '\n\n');
}
