import type { ToolDefinition } from '../domain/fingerprint.ts';

/** Characters that a person does not see and a model reads: zero-width, bidirectional, tags, soft hyphens, variation selectors that spell bytes. */
const HIDDEN = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\u{E0000}-\u{E007F}\u{E0100}-\u{E01EF}]/gu;
const CODES_SHOWN = 5;

/** The tools whose text holds hidden characters, a line each. */
export function hiddenText(tools: readonly ToolDefinition[]): readonly string[] {
  return tools.flatMap((tool) => {
    const found = new Set(stringsOf(tool).flatMap((text) => text.match(HIDDEN) ?? []));
    if (found.size === 0) return [];
    const codes = [...found].slice(0, CODES_SHOWN).map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
    return [`the tool ${tool.name} has hidden characters in its description (${codes.join(', ')})`];
  });
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => [key, ...stringsOf(item)]);
  return [];
}
