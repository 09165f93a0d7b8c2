import { INVISIBLE } from './invisible.ts';

/** Letters of other scripts that look like Latin ones. */
const CONFUSABLE: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ё: 'e', һ: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x', ԝ: 'w',
  α: 'a', β: 'b', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ω: 'w', ѵ: 'v', հ: 'h', ո: 'n', ս: 'u', օ: 'o', ց: 'g', ɡ: 'g', ı: 'i', ⅼ: 'l',
};
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u, /\p{Script=Cherokee}/u];

export type Resemblance = 'same' | 'looks-the-same' | 'separators' | 'typing-error';

/** Whether a name is written so that it passes for another: scripts mixed, wide letters, invisible ones. */
export function disguised(name: string): boolean {
  return SCRIPTS.filter((script) => script.test(name)).length > 1 || name.normalize('NFKC') !== name.normalize('NFC') || INVISIBLE.test(name);
}

/** How a name could be taken for another. */
export function resemblance(name: string, other: string): Resemblance | undefined {
  if (name === other) return 'same';
  const [one, two] = [skeleton(name), skeleton(other)];
  if (one === two) return 'looks-the-same';
  const joined = (text: string): string => text.replaceAll(/[_.\s-]/g, '');
  if (joined(one) === joined(two)) return separatorsOnly(name, other) ? 'separators' : 'looks-the-same';
  if (oneWordReordered(one, two)) return 'separators';
  return typingError(one.split(/[_.-]/), two.split(/[_.-]/)) ? 'typing-error' : undefined;
}

function skeleton(name: string): string {
  return [...name.normalize('NFKC')].filter((character) => !INVISIBLE.test(character)).map((character) => CONFUSABLE[character] ?? character).join('')
    .replaceAll(/(?<=[a-z])I(?=[a-z])|1|\|/g, 'l').replaceAll('0', 'o').toLowerCase().replaceAll('rn', 'm').replaceAll('vv', 'w');
}

function separatorsOnly(name: string, other: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_.\s-]/g, '');
  return plain(name) === plain(other);
}

/** `web_search` and `search_web`. */
function oneWordReordered(one: string, two: string): boolean {
  const words = (text: string): readonly string[] => text.split(/[_.-]/);
  return words(one).length > 1 && words(one).toSorted().join('_') === words(two).toSorted().join('_');
}

/** One letter too many, too few or in the other's place, in a single long word; an ending is grammar. */
function typingError(one: readonly string[], two: readonly string[]): boolean {
  if (one.length !== two.length) return false;
  const differing = one.flatMap((word, index) => (word === two[index] ? [] : [[word, two[index] ?? ''] as const]));
  const [pair] = differing;
  if (differing.length !== 1 || pair === undefined) return false;
  const [word, other] = pair;
  if (Math.min(word.length, other.length) < 5) return false;
  if (word.length === other.length) return swapped(word, other);
  const [short, long] = word.length < other.length ? [word, other] : [other, word];
  return long.length - short.length === 1 && !(long.startsWith(short) && /[sdry]$/.test(long) && !long.endsWith(short.slice(-1).repeat(2))) && oneInserted(short, long);
}

function swapped(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  return word[at] === other[at + 1] && word[at + 1] === other[at] && word.slice(at + 2) === other.slice(at + 2);
}

function oneInserted(short: string, long: string): boolean {
  const at = [...short].findIndex((letter, index) => letter !== long[index]);
  return at === -1 ? true : short.slice(at) === long.slice(at + 1);
}
