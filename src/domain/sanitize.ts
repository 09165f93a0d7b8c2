/**
 * Text from outside made harmless for a terminal, a log or a report: control sequences go,
 * invisible and bidirectional characters become visible as `<U+XXXX>`; newline and tab stay.
 */
export function sanitize(text: string): string {
  return text
    // OSC, DCS, APC, PM, SOS with their bodies, then CSI, then any other escape.
    .replaceAll(/(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?/g, '')
    .replaceAll(/(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?/g, '')
    .replaceAll(/\u001B[ -/]*[0-~]?/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
    .replaceAll(/[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\u{E0000}-\u{E007F}]/gu,
      (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

/** One line of sanitized text, at most `limit` characters long. */
export function sanitizeLine(text: string, limit = 400): string {
  const line = sanitize(text).replaceAll(/\s*\n\s*/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
