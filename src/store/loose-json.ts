/* Files of ours that somebody may have broken, read without a library: `run` does it on its way to the first byte. */

export type Fields = Readonly<Record<string, unknown>>;

/** Undefined: there is no text, or it is no JSON. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function parseFields(text: string | undefined): Fields | undefined {
  const value = parseJson(text);
  return isFields(value) ? value : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
