/** One line of the table: what was measured, what it is held against, and how they may stand to each other. */
export interface Row {
  readonly bench: string;
  readonly against: string;
  readonly unit: string;
  readonly value: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly limit: { readonly most: number } | { readonly least: number };
}

export function row(bench: string, against: string, unit: string, value: number, baseline: number, limit: Row['limit']): Row {
  return { bench, against, unit, value, baseline, ratio: value / baseline, limit };
}

export function holds({ ratio, limit }: Row): boolean {
  return 'most' in limit ? ratio <= limit.most : ratio >= limit.least;
}

export function table(rows: readonly Row[]): string {
  return [line(['bench', 'against', 'cc-mcp', 'baseline', 'ratio', 'must reach', 'reached']), line(Array<string>(7).fill('---')), ...rows.map(rowLine)].join('\n');
}

export function rowLine(each: Row): string {
  return line([
    each.bench, each.against, `${figure(each.value)} ${each.unit}`, `${figure(each.baseline)} ${each.unit}`, each.ratio.toFixed(2),
    'most' in each.limit ? `≤ ${each.limit.most}` : `≥ ${each.limit.least}`, holds(each) ? 'yes' : 'NO',
  ]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);
}
