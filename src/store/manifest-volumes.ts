import { ShapeError } from './schema.ts';

/** `HOST:CONTAINER[:ro]`, one a line, to host path → `CONTAINER[:ro]`. */
export function volumesFromList(list: readonly string[], at: readonly string[]): Record<string, string> {
  const volumes = new Map<string, string>();
  for (const [index, text] of list.entries()) {
    const [, source, target, access] = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/s.exec(text) ?? [];
    const path = [...at, String(index)];
    if (source === undefined || target === undefined) throw new ShapeError(path, 'expected "HOST:CONTAINER" or "HOST:CONTAINER:ro"');
    if (volumes.has(source)) throw new ShapeError(path, `${source} is mounted twice`);
    volumes.set(source, access === 'ro' ? `${target}:ro` : target);
  }
  return Object.fromEntries(volumes);
}

export function volumesToList(volumes: Readonly<Record<string, string>>): string[] {
  return Object.entries(volumes).map(([source, target]) => `${source}:${target}`);
}
