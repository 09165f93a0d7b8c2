import { expect, test } from 'vitest';
import { cutToWidth, padToWidth, textWidth, wrapParts, wrapText } from './text-width.ts';

test('wide characters and emoji take two columns, combining marks none', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('⏳ x')).toBe(4);
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
});

test('a text is cut by columns, with an ellipsis as the last one', () => {
  expect(cutToWidth('postgres', 8)).toBe('postgres');
  expect(cutToWidth('postgres', 5)).toBe('post…');
  expect(cutToWidth('日本語です', 5)).toBe('日本…');
  expect(cutToWidth('postgres', 0)).toBe('');
});

test('padding counts columns, not characters', () => {
  expect(padToWidth('日本', 6)).toBe('日本  ');
});

test('lines break between words, and a long word stands alone', () => {
  expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapText('a /very/long/path b', 6)).toEqual(['a', '/very/long/path', 'b']);
});

test('parts stay whole, and share a line while they fit', () => {
  expect(wrapParts(['a/b', 'Docker 20.10', 'standbys use 65.1 MiB'], 24)).toEqual(['a/b · Docker 20.10', 'standbys use 65.1 MiB']);
  expect(wrapParts([], 24)).toEqual([]);
});
