import type { MarketplacePackage } from '../domain/package.ts';

/** Packages that a query means, best first. Every word of it must be found somewhere, if need be with a typing error. */
export function searchPackages(query: string, packages: readonly MarketplacePackage[]): readonly MarketplacePackage[] {
  const words = wordsOf(query);
  if (words.length === 0) return [...packages].sort(byName);
  return packages
    .map((offered) => ({ offered, score: scoreOf(offered, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || byName(a.offered, b.offered))
    .map(({ offered }) => offered);
}

function byName(a: MarketplacePackage, b: MarketplacePackage): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** What a hit is worth, by where it is. */
const FIELDS = [
  { weight: 8, words: ({ name, source }: MarketplacePackage) => wordsOf(`${name} ${source.package}`) },
  { weight: 5, words: ({ keywords }: MarketplacePackage) => wordsOf(keywords.join(' ')) },
  { weight: 4, words: ({ title }: MarketplacePackage) => wordsOf(title) },
  { weight: 2, words: ({ description }: MarketplacePackage) => wordsOf(description) },
];

/** 0 unless every word of the query is found. */
function scoreOf(offered: MarketplacePackage, words: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    const best = Math.max(...FIELDS.map(({ weight, words: inField }) => weight * Math.max(0, ...inField(offered).map((candidate) => likeness(word, candidate)))));
    if (best === 0) return 0;
    total += best;
  }
  return words.length === 1 && offered.name.toLowerCase() === words[0] ? total * 2 : total;
}

/** 1: the same; less for a beginning, a part, and a typing error of one letter in four. */
function likeness(word: string, candidate: string): number {
  if (candidate === word) return 1;
  if (candidate.startsWith(word)) return 0.8;
  if (word.length > 2 && candidate.includes(word)) return 0.6;
  const allowed = Math.floor(word.length / 4);
  return allowed > 0 && Math.abs(candidate.length - word.length) <= allowed && distance(word, candidate) <= allowed ? 0.4 : 0;
}

/** Edits from one word to the other; two neighbouring letters in the wrong order are one. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1), swapped ? (before[j - 2] ?? 0) + 1 : Infinity));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
