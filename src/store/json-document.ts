import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { CcMcpError, type ErrorCode } from '../domain/errors.ts';

/** JSON with comments, as text and as a tree that knows where in the text everything stands. */
export interface JsonDocument {
  /** Without the byte order mark. */
  readonly text: string;
  readonly hasMark: boolean;
  readonly root: Node;
}

export interface JsonFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The parser calls itself once per level. */
const DEEPEST = 500;
const MARK = '\uFEFF';

/**
 * Bytes to a document, or where and why not. Comments and a trailing comma are allowed; a second value is not. Tolerant: as much
 * of a broken one as can be told.
 */
export function readJson(bytes: Uint8Array, { tolerant = false } = {}): JsonDocument | JsonFault {
  const decoded = decode(bytes);
  if (decoded === undefined) return { message: 'it is not UTF-8 text', line: 1, column: 1 };
  const hasMark = decoded.startsWith(MARK);
  const text = hasMark ? decoded.slice(1) : decoded;
  const deep = tooDeep(text);
  if (deep !== undefined) return fault(text, deep, `it is nested deeper than ${DEEPEST} levels`);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined && !tolerant) return fault(text, first.offset, text.trim() === '' ? 'it is empty' : wordsOf(first));
  return root === undefined ? fault(text, 0, 'it is empty') : { text, hasMark, root };
}

export function isFault(read: JsonDocument | JsonFault): read is JsonFault {
  return 'message' in read;
}

/** The same, with the fault as an error that names file, line and column. */
export function parseJsonFile(path: string, bytes: Uint8Array, code: ErrorCode): JsonDocument {
  const read = readJson(bytes);
  if (isFault(read)) throw jsonError(path, code, read, [`Correct ${path}, or move it away: cc-mcp does not touch a file that it cannot read`]);
  return read;
}

export function jsonError(path: string, code: ErrorCode, { message, line, column }: JsonFault, suggestions: readonly string[]): CcMcpError {
  return new CcMcpError(code, `${path}, line ${line}, column ${column}: ${message}`, { suggestions, details: { path, line, column } });
}

export function fault(text: string, offset: number, message: string): JsonFault {
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return { message, line: before.split(/\r\n|\r|\n/).length, column: offset - start + 1 };
}

/** The plain value. A key like `__proto__` becomes an ordinary property, never the prototype. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  const object: Record<string, unknown> = {};
  for (const { key, value } of propertiesOf(node)) {
    Object.defineProperty(object, key, { value: valueOf(value), enumerable: true, configurable: true, writable: true });
  }
  return object;
}

export interface JsonProperty {
  readonly key: string;
  readonly node: Node;
  readonly value: Node;
}

export function propertiesOf(object: Node): readonly JsonProperty[] {
  return (object.children ?? []).flatMap((node) => {
    const [key, value] = node.children ?? [];
    return key === undefined || value === undefined ? [] : [{ key: String(key.value), node, value }];
  });
}

/** Of equal keys the last counts, as everywhere. */
export function propertyOf(object: Node, key: string): JsonProperty | undefined {
  return object.type === 'object' ? propertiesOf(object).findLast((property) => property.key === key) : undefined;
}

export function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) node = node === undefined ? undefined : propertyOf(node, key)?.value;
  return node;
}

/** Replaced characters would be written back: what is not UTF-8 is not text of ours. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  // Numbers of SyntaxKind, which exists for the type checker only: braces and brackets open at 1 and 3, close at 2 and 4; 17 is the end.
  for (let depth = 0, kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if (kind === 1 || kind === 3) depth += 1;
    if (kind === 2 || kind === 4) depth -= 1;
    if (depth > DEEPEST) return scanner.getTokenOffset();
  }
  return undefined;
}

function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
