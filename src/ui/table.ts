import { paint } from './screen.ts';
import type { Screen, Style } from './screen.ts';
import { cutToWidth, textWidth } from './text-width.ts';

export interface Column {
  readonly header: string;
  /** Columns with the highest number go first when the screen is narrow; 0 stays. */
  readonly drop: number;
  readonly align?: 'right';
}

export type Cell = string | { readonly text: string; readonly style: Style };

const GAP = 2;

/** A table without rules and borders that fits the screen: columns that matter least go, then the first one is cut. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], screen: Screen): string {
  const widths = columns.map(({ header }, index) => Math.max(textWidth(header), ...rows.map((row) => textWidth(textOf(row[index])))));
  const kept = fitting(columns, widths, screen.columns);
  const excess = totalWidth(kept.map((index) => widths[index] ?? 0)) - screen.columns;
  if (excess > 0) widths[0] = Math.max(4, (widths[0] ?? 0) - excess);
  const line = (cells: readonly Cell[]): string => kept.map((index) => {
    const width = widths[index] ?? 0;
    const text = cutToWidth(textOf(cells[index]), width);
    const space = ' '.repeat(width - textWidth(text));
    return columns[index]?.align === 'right' ? space + painted(cells[index], text, screen) : painted(cells[index], text, screen) + space;
  }).join(' '.repeat(GAP)).trimEnd();
  return [paint(screen, 'dim', line(columns.map(({ header }) => header))), ...rows.map(line)].join('\n');
}

function fitting(columns: readonly Column[], widths: readonly number[], available: number): number[] {
  let kept = columns.map((_, index) => index);
  const order = kept.filter((index) => (columns[index]?.drop ?? 0) > 0).sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0));
  for (const index of order) {
    if (totalWidth(kept.map((each) => widths[each] ?? 0)) <= available) break;
    kept = kept.filter((each) => each !== index);
  }
  return kept;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : cell ?? '';
}

function painted(cell: Cell | undefined, text: string, screen: Screen): string {
  return typeof cell === 'object' ? paint(screen, cell.style, text) : text;
}
