/*
 * Reads an engine's answers, which are `unknown` and differ between engines in what is null, empty or not there at all: a field
 * that is not of the wanted type reads as absent.
 */

export function at(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}

export function textAt(value: unknown, ...keys: readonly string[]): string {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : '';
}

export function numberAt(value: unknown, ...keys: readonly string[]): number {
  const found = at(value, ...keys);
  return typeof found === 'number' ? found : 0;
}

export function flagAt(value: unknown, ...keys: readonly string[]): boolean {
  return at(value, ...keys) === true;
}

export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}

export function textsAt(value: unknown, ...keys: readonly string[]): readonly string[] {
  return listAt(value, ...keys).filter((item) => typeof item === 'string');
}

export function keysAt(value: unknown, ...keys: readonly string[]): readonly string[] {
  const found = at(value, ...keys);
  return typeof found === 'object' && found !== null ? Object.keys(found) : [];
}

/** An object of strings, such as labels or options. */
export function recordAt(value: unknown, ...keys: readonly string[]): Readonly<Record<string, string>> {
  const found = at(value, ...keys);
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Milliseconds since the epoch of an RFC 3339 time; 0 when there is none. */
export function timeAt(value: unknown, ...keys: readonly string[]): number {
  const time = Date.parse(textAt(value, ...keys));
  return Number.isNaN(time) ? 0 : time;
}
