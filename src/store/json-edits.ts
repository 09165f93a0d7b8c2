import { applyEdits, type Edit, type Node } from 'jsonc-parser';
import type { ErrorCode } from '../domain/errors.ts';
import { fault, isFault, jsonError, nodeAt, propertiesOf, propertyOf, readJson, valueOf, type JsonDocument } from './json-document.ts';
import { afterProperty, endsWithLineComment } from './json-neighbours.ts';
import { beginsLine, lineIndent, print, styleOf, type JsonStyle } from './json-style.ts';

/*
 * Edits that touch nothing but the property that they are about: `jsonc-parser`'s own `modify` lays out the whole line anew, and takes
 * comments between properties away. Adding a property and removing it again gives the same bytes.
 */

/** A value that is already JSON text, put in as it is. A class, because no data from outside can be one. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface EditedFile {
  readonly path: string;
  readonly code: ErrorCode;
}

/** Sets one property, with the objects on the way to it. Something else than an object on the way is an error of `file.code`. */
export function setProperty(document: JsonDocument, path: readonly string[], value: unknown, file: EditedFile): JsonDocument {
  const [last = '', ...before] = path.toReversed();
  const parentPath = before.toReversed();
  const parent = nodeAt(document.root, parentPath);
  if (parent === undefined) return setProperty(document, parentPath, { [last]: plain(value) }, file);
  if (parent.type !== 'object') {
    const where = parentPath.length === 0 ? 'the file' : parentPath.join('.');
    throw jsonError(file.path, file.code, fault(document.text, parent.offset, `${where} is not an object`), [`Correct ${file.path} by hand`]);
  }
  const existing = propertyOf(parent, last)?.value;
  return edited(document, existing === undefined ? insertion(document, parent, last, value) : [replacement(document, existing, value)]);
}

/** Removes one property; the objects around it stay, empty or not. */
export function removeProperty(document: JsonDocument, path: readonly string[]): JsonDocument {
  const parent = nodeAt(document.root, path.slice(0, -1));
  const index = parent?.type === 'object' ? propertiesOf(parent).findLastIndex(({ key }) => key === path.at(-1)) : -1;
  if (parent === undefined || index < 0) return document;
  // A key that stands there twice would come to light again.
  return removeProperty(edited(document, removal(document, parent, index)), path);
}

export function textAt(document: JsonDocument, path: readonly string[]): string | undefined {
  const node = nodeAt(document.root, path);
  return node === undefined ? undefined : document.text.slice(node.offset, node.offset + node.length);
}

export function encodeJson({ text, hasMark }: Pick<JsonDocument, 'text' | 'hasMark'>): Uint8Array {
  return Buffer.from(hasMark ? `\uFEFF${text}` : text, 'utf8');
}

function replacement(document: JsonDocument, existing: Node, value: unknown): Edit {
  const { text } = document;
  const { offset, length, parent: property } = existing;
  // What stood on a line with its neighbours goes on standing there.
  const isWithinLine = property !== undefined && !beginsLine(text, property.offset) && !/[\r\n]/.test(text.slice(property.offset, offset + length));
  const content = isWithinLine ? onOneLine(value, /:\s/.test(text.slice(property.offset, offset + length))) : contentOf(value, styleOf(document), lineIndent(text, offset));
  return { offset, length, content };
}

function insertion(document: JsonDocument, parent: Node, key: string, value: unknown): Edit[] {
  const { text } = document;
  const style = styleOf(document);
  const last = propertiesOf(parent).at(-1)?.node;
  if (last === undefined) return [intoEmpty(text, parent, key, value, style)];
  const end = last.offset + last.length;
  if (!beginsLine(text, last.offset)) {
    const spaced = /:\s/.test(text.slice(last.offset, end));
    return [{ offset: end, length: 0, content: `${spaced ? ', ' : ','}${JSON.stringify(key)}${spaced ? ': ' : ':'}${onOneLine(value, spaced)}` }];
  }
  const base = lineIndent(text, last.offset);
  const { comma, lineEnd } = afterProperty(text, end);
  const property = `${style.lineEnd}${base}${JSON.stringify(key)}: ${contentOf(value, style, base)}`;
  if (comma !== undefined) return [{ offset: lineEnd, length: 0, content: `${property},` }];
  return [{ offset: end, length: 0, content: ',' }, { offset: lineEnd, length: 0, content: property }];
}

function intoEmpty(text: string, parent: Node, key: string, value: unknown, style: JsonStyle): Edit {
  const base = lineIndent(text, parent.offset);
  const inner = text.slice(parent.offset + 1, parent.offset + parent.length - 1);
  const property = `${style.lineEnd}${base}${style.indent}${JSON.stringify(key)}: ${contentOf(value, style, base + style.indent)}`;
  const comments = inner.trimEnd();
  const rest = inner.slice(comments.length);
  const offset = parent.offset + 1 + comments.length;
  return /[\r\n]/.test(rest) ? { offset, length: 0, content: property } : { offset, length: rest.length, content: `${property}${style.lineEnd}${base}` };
}

function removal({ text }: JsonDocument, parent: Node, index: number): Edit[] {
  const properties = propertiesOf(parent);
  const property = properties[index]?.node;
  if (property === undefined) return [];
  const after = afterProperty(text, property.offset + property.length);
  // A comment behind it on its own line is about it.
  const owned = beginsLine(text, property.offset) && after.endsLine ? after.lineEnd : (after.comma ?? property.offset + property.length);
  const start = startOfRemoval(text, parent, property, owned);
  const edits: Edit[] = [{ offset: start, length: owned - start, content: '' }];
  const previous = properties[index - 1]?.node;
  const isLast = index === properties.length - 1;
  if (isLast && after.comma === undefined && previous !== undefined) {
    const { comma } = afterProperty(text, previous.offset + previous.length);
    if (comma !== undefined && comma <= start) edits.unshift({ offset: comma - 1, length: 1, content: '' });
  }
  if (properties.length > 1) return edits;
  const inner = applyEdits(text.slice(0, parent.offset + parent.length - 1), edits).slice(parent.offset + 1);
  return inner.trim() === '' ? [{ offset: parent.offset + 1, length: parent.length - 2, content: '' }] : edits;
}

/** Where what goes begins: with the white space before it, as far as that does not put what follows behind a line comment. */
function startOfRemoval(text: string, parent: Node, property: Node, end: number): number {
  const before = text.slice(0, property.offset);
  const sameLine = before.replace(/[ \t]+$/, '').length;
  const trimmed = Math.max(before.trimEnd().length, parent.offset + 1);
  if (trimmed >= sameLine) return trimmed;
  if (/^[ \t]*(?:[\r\n]|$)/.test(text.slice(end))) return trimmed;
  return endsWithLineComment(text.slice(parent.offset, property.offset)) ? property.offset : sameLine;
}

function contentOf(value: unknown, style: JsonStyle, base: string): string {
  return value instanceof RawJson ? value.text : print(value, style, base);
}

/** Inside of a new object a text cannot keep its layout. */
function plain(value: unknown): unknown {
  if (!(value instanceof RawJson)) return value;
  const read = readJson(Buffer.from(value.text));
  if (isFault(read)) throw new Error(`not JSON: ${read.message}`);
  return valueOf(read.root);
}

function onOneLine(value: unknown, spaced: boolean): string {
  if (value instanceof RawJson) return value.text;
  return spaced ? spacedJson(value) : JSON.stringify(value);
}

/** On one line, with the spaces of somebody who writes by hand. */
function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`).join(', ')} }`;
}

/** What does not parse after an edit would have been the user's file. */
function edited(document: JsonDocument, edits: Edit[]): JsonDocument {
  const read = readJson(encodeJson({ text: applyEdits(document.text, edits), hasMark: document.hasMark }));
  if (isFault(read)) throw new Error(`an edit broke the document: ${read.message} in line ${read.line}`);
  return read;
}
