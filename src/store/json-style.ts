import type { Node } from 'jsonc-parser';
import { propertiesOf, type JsonDocument } from './json-document.ts';

/** How somebody lays out their JSON. */
export interface JsonStyle {
  readonly lineEnd: string;
  /** One level of indentation. */
  readonly indent: string;
}

export function styleOf({ text, root }: JsonDocument): JsonStyle {
  return { lineEnd: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n', indent: indentOf(text, root) ?? '  ' };
}

/** White space at the beginning of the line on which an offset stands. */
export function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

function lineStart(text: string, offset: number): number {
  const before = text.slice(0, offset);
  return Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
}

/** Nothing but white space stands before it on its line. */
export function beginsLine(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  return start > 0 && text.slice(start, offset).trim() === '';
}

/** JSON text of a value as it stands in a document: further lines begin with `base`. */
export function print(value: unknown, { indent, lineEnd }: JsonStyle, base: string): string {
  return JSON.stringify(value, null, indent).replaceAll('\n', `${lineEnd}${base}`);
}

function indentOf(text: string, node: Node): string | undefined {
  if (node.type !== 'object') return undefined;
  const base = lineIndent(text, node.offset);
  for (const { node: property, value } of propertiesOf(node)) {
    const own = lineIndent(text, property.offset);
    if (beginsLine(text, property.offset) && own.startsWith(base) && own.length > base.length) return own.slice(base.length);
    const inner = indentOf(text, value);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
