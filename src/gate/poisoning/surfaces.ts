/** A text that reaches the model, and where it stands. */
export interface Surface {
  readonly place: string;
  readonly text: string;
  /** A name is no sentence: it is looked at for its letters and for what it asks. */
  readonly kind: 'prose' | 'name';
}

/** Keys of a JSON Schema whose value is one of its own words. */
const KEYWORDS = new Set(['type', '$schema', '$ref', '$id', 'format', 'pattern', 'additionalProperties', 'contentEncoding', 'contentMediaType']);
/** Keys below which the next keys are names that the server chose. */
const NAMING = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentRequired', 'dependentSchemas']);
const DEEPEST = 40;

/** Every text of a value: of a schema also the names of parameters, defaults, enums, examples and titles. */
export function surfacesOf(value: unknown, place: string): readonly Surface[] {
  return below(value, place, false, 0);
}

function below(value: unknown, place: string, naming: boolean, depth: number): readonly Surface[] {
  if (depth > DEEPEST) return [{ place, text: JSON.stringify(value), kind: 'prose' }];
  if (typeof value === 'string') return [{ place, text: value, kind: 'prose' }];
  if (Array.isArray(value)) return value.flatMap((item) => below(item, place, false, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (naming) return [{ place: `${place}, parameter`, text: key, kind: 'name' as const }, ...below(item, `${place}, parameter ${key}`, false, depth + 1)];
    if (key === 'required' && Array.isArray(item)) return item.filter((name) => typeof name === 'string').map((text) => ({ place: `${place}, required`, text, kind: 'name' as const }));
    // A keyword's value is short and not the server's own, unless somebody hides a text there.
    if (KEYWORDS.has(key) && typeof item === 'string') return [{ place: `${place}, ${key}`, text: item, kind: 'name' as const }];
    return [{ place, text: key, kind: 'name' as const }, ...below(item, key === 'description' ? place : NAMING.has(key) ? place : `${place}, ${key}`, NAMING.has(key), depth + 1)];
  });
}
