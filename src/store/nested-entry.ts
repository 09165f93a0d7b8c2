type Nested<Value> = Readonly<Record<string, Readonly<Record<string, Value>>>>;

/** A map of maps with one entry set, or with it and the map that it leaves empty taken away. */
export function withEntry<Value>(map: Nested<Value>, outer: string, inner: string, value: Value | undefined): Nested<Value> {
  const { [inner]: _, ...rest } = map[outer] ?? {};
  const { [outer]: __, ...others } = map;
  const entries = value === undefined ? rest : { ...map[outer], [inner]: value };
  return Object.keys(entries).length === 0 ? others : { ...map, [outer]: entries };
}
