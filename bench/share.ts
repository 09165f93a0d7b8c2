/** One line of the table of shares: how many of how many, and what is demanded. */
export interface Share {
  readonly bench: string;
  readonly of: string;
  readonly count: number;
  readonly total: number;
  readonly limit: { readonly most: number } | { readonly least: number };
}

/** Nothing measured is nothing proven. */
export function shareHolds({ count, total, limit }: Share): boolean {
  if (total === 0) return false;
  return 'most' in limit ? count / total <= limit.most : count / total >= limit.least;
}

export function shareTable(shares: readonly Share[]): string {
  const lines = shares.map((each) => [
    each.bench, each.of, `${each.count} of ${each.total}`, percent(each.count / each.total),
    'most' in each.limit ? `≤ ${percent(each.limit.most)}` : `≥ ${percent(each.limit.least)}`, shareHolds(each) ? 'yes' : 'NO',
  ]);
  return [['bench', 'of', 'count', 'share', 'must reach', 'reached'], Array(6).fill('---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
