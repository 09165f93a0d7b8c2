import type { DependencyLock } from '../domain/source.ts';

/** Each kind of dependency lock; the compiler names one that is missing here. */
const KINDS = { 'package-lock.json': true, 'requirements.txt': true, 'go.sum': true, 'image.json': true, 'dockerfile.json': true, 'deno.lock': true } as const satisfies Record<DependencyLock['kind'], true>;
const NAME = new RegExp(`^([A-Za-z0-9][A-Za-z0-9_-]{0,62})\\.(?:${Object.keys(KINDS).map((kind) => kind.replaceAll('.', '\\.')).join('|')})$`);

/** The server of a file in `mcp.lock.d`; undefined: that is not how cc-mcp names one. */
export function serverOfLockFile(name: string): string | undefined {
  return NAME.exec(name)?.[1];
}
