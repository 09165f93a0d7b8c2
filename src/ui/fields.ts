import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';
import { padToWidth, textWidth, wrapText } from './text-width.ts';

/** A label and what belongs to it, a line each; nothing is shown for a label without lines. */
export type Field = readonly [label: string, lines: readonly string[]];

const INDENT = 2;

/** Labels on the left, texts wrapped beside them. The texts come from anywhere: they are sanitized here. */
export function fields(list: readonly Field[], screen: Screen): string {
  const shown = list.filter(([, lines]) => lines.length > 0);
  const labelWidth = Math.max(0, ...shown.map(([label]) => textWidth(label))) + 2;
  const available = Math.max(20, screen.columns - INDENT - labelWidth);
  return shown.flatMap(([label, lines]) => lines
    .flatMap((text) => wrapText(sanitizeLine(text, 2000), available))
    .map((text, index) => `${' '.repeat(INDENT)}${paint(screen, 'dim', padToWidth(index === 0 ? label : '', labelWidth))}${text}`.trimEnd()),
  ).join('\n');
}
