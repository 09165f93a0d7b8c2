import { createScanner } from 'jsonc-parser';

/* Numbers of jsonc-parser's SyntaxKind, which exists for the type checker only. */
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const LINE_BREAK = 14;
const BLANKS = 15;
const END = 17;

export interface AfterProperty {
  /** Behind the comma that follows, on whatever line. */
  readonly comma: number | undefined;
  /** Behind the last comma or comment on the line on which the property ends. */
  readonly lineEnd: number;
  /** Nothing else follows on that line. */
  readonly endsLine: boolean;
}

/** What stands behind a property that ends at an offset. */
export function afterProperty(text: string, end: number): AfterProperty {
  const tail = text.slice(end);
  const scanner = createScanner(tail, false);
  let comma: number | undefined;
  let lineEnd = end;
  let line: 'open' | 'ended' | 'shared' = 'open';
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const token = tail.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());
    const tokenEnd = end + scanner.getTokenOffset() + token.length;
    const isOwnComma = kind === COMMA && comma === undefined;
    if (kind === BLANKS) continue;
    if (kind === LINE_BREAK) {
      if (line === 'open') line = 'ended';
      continue;
    }
    if (!isOwnComma && kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) {
      if (line === 'open') line = 'shared';
      break;
    }
    if (isOwnComma) comma = tokenEnd;
    // A comment that goes on in the next line is not about this one alone.
    else if (line === 'open' && /[\r\n]/.test(token)) line = 'shared';
    if (line === 'open') lineEnd = tokenEnd;
  }
  return { comma, lineEnd: Math.max(lineEnd, comma ?? 0), endsLine: line !== 'shared' };
}

/** Whether nothing but white space follows the last line comment of a piece of a document. */
export function endsWithLineComment(piece: string): boolean {
  const scanner = createScanner(piece, false);
  let end = -1;
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (kind === LINE_COMMENT) end = scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return end >= piece.trimEnd().length;
}
